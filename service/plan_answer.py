"""The answers to a plan: one document, or an array with an entry for each result."""

from http import HTTPStatus
from typing import Any

from service.errors import ImageTooLarge, ServiceError, Violation
from service.items import Item, Pair, pair_up
from service.plan_document import describe_plan
from service.plan_request import Question
from service.problems import problem_document
from service.resolve import Plan, check_limits, resolve
from service.settings import Settings
from service.spec.sources import PlacedSpec


def answer_question(question: Question, limits: Settings, request_id: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Plan what was asked for as JSON.

    Args:
        question: a size and one spec or an array of them.
        limits: of pixels and of results.
        request_id: what the problem documents name.

    Returns:
        The plan; or, for an array of specs, an entry for each.

    Raises:
        ImageTooLarge: the source exceeds a limit, or the output of a single spec does.
        ImpossibleGeometry: nothing can come of a single spec.
        WrongCounts, BatchTooLarge: the array is empty or too long.
    """
    _check_source(question, limits)
    if not question.in_array:
        return _plan(question.specs[0], question, limits)
    entries = []
    for index, pair in enumerate(pair_up(1, len(question.specs), limits.max_items), start=1):
        try:
            outcome: dict[str, Any] | ServiceError = _plan(question.specs[pair.spec - 1], question, limits)
        except ServiceError as fault:
            outcome = fault
        entries.append(_entry(index, pair, outcome, request_id))
    return entries


def answer_items(items: list[Item], request_id: str) -> list[dict[str, Any]]:
    """Give an entry for each result of a request with pictures."""
    return [
        _entry(
            item.index,
            item.pair,
            item.work if isinstance(item.work, ServiceError) else describe_plan(item.work.plan),
            request_id,
        )
        for item in items
    ]


def _plan(placed: PlacedSpec, question: Question, limits: Settings) -> dict[str, Any]:
    try:
        plan: Plan = resolve(placed.spec, question.source, limits)
    except ServiceError as fault:
        raise fault.under(placed.pointer) from None
    return describe_plan(plan, question.points, question.boxes)


def _check_source(question: Question, limits: Settings) -> None:
    try:
        check_limits("source", question.source, limits.max_source_pixels, "GRIDWARP_MAX_SOURCE_PIXELS", limits)
    except ImageTooLarge as fault:
        raise ImageTooLarge(fault.detail, (Violation("/source", fault.detail),)) from None


def _entry(index: int, pair: Pair, outcome: dict[str, Any] | ServiceError, request_id: str) -> dict[str, Any]:
    """Write one result: its plan, or what is wrong with it."""
    begin = {"index": index, "picture": pair.picture, "spec": pair.spec}
    if isinstance(outcome, ServiceError):
        problem = problem_document(outcome, request_id)
        return begin | {"status": problem["status"], "problem": problem}
    return begin | {"status": int(HTTPStatus.OK), "plan": outcome}
