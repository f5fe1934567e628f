"""Keeps the gauges true: each is set when what it shows has changed."""

from service.admission import Admission
from service.metrics import Metrics
from service.upload_budget import Budget


def keep_gauges(metrics: Metrics, admission: Admission, budget: Budget) -> None:
    """Have the metrics told whenever one of these changes."""

    def admission_changed() -> None:
        metrics.set("slots_in_use", admission.working)
        metrics.set("queue_requests", admission.waiting)
        metrics.set("queue_work", admission.waiting_work)
        metrics.set("requests_aside", admission.aside)
        metrics.set("picture_bytes", admission.memory)

    def budget_changed() -> None:
        metrics.set("upload_bytes", budget.held)

    metrics.set("slots", admission.bounds.slots)
    admission.changed = admission_changed
    budget.changed = budget_changed
