"""Keeps the gauges true: each is set when what it shows has changed."""

from service.admission import Admission
from service.metrics import Metrics
from service.upload_budget import Budget


def keep_gauges(metrics: Metrics, admission: Admission, budget: Budget) -> None:
    """Have the metrics told whenever one of these changes."""
    slots_in_use, picture_bytes = metrics.gauge("slots_in_use"), metrics.gauge("picture_bytes")
    queue_requests, queue_work = metrics.gauge("queue_requests"), metrics.gauge("queue_work")
    requests_aside, upload_bytes = metrics.gauge("requests_aside"), metrics.gauge("upload_bytes")

    def admission_changed() -> None:
        slots_in_use(admission.working)
        queue_requests(admission.waiting)
        queue_work(admission.waiting_work)
        requests_aside(admission.aside)
        picture_bytes(admission.memory)

    def budget_changed() -> None:
        upload_bytes(budget.held)

    metrics.gauge("slots")(admission.bounds.slots)
    admission.changed = admission_changed
    budget.changed = budget_changed
