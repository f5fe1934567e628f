"""The answers to a plan: one document, or an array with an entry for each result."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from service.errors import ImageTooLarge, ServiceError, Violation
from service.items import Item, Pair, check_batch_pixels, pair_up, plan_of
from service.plan_document import describe_plan
from service.plan_request import Question
from service.problems import problem_document
from service.resolve import Plan, check_limits
from service.settings import Settings


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
        WrongCounts, BatchTooLarge: the array is empty or too long, or its outputs have too many pixels.
    """
    _check_source(question, limits)
    pairs = pair_up(1, len(question.specs), limits.max_items)
    rasters = None if question.maps is None else [None] * question.maps
    plans = [plan_of(placed, question.source, limits, rasters) for placed in question.specs]
    _check_pixels(question, plans, limits)
    describe = partial(describe_plan, points=question.points, boxes=question.boxes)
    if question.in_array:
        return _entries(zip(pairs, plans, strict=True), describe, request_id)
    (plan,) = plans
    if isinstance(plan, ServiceError):
        raise plan
    return describe(plan)


def answer_items(items: list[Item], request_id: str) -> list[dict[str, Any]]:
    """Give an entry for each result of a request with pictures."""
    planned = ((item.pair, item.work if isinstance(item.work, ServiceError) else item.work.plan) for item in items)
    return _entries(planned, describe_plan, request_id)


def _check_pixels(question: Question, plans: Sequence[Plan | ServiceError], limits: Settings) -> None:
    outputs = sum(plan.canvas.pixels for plan in plans if isinstance(plan, Plan))
    check_batch_pixels(question.source.pixels + outputs, limits.max_batch_pixels)


def _check_source(question: Question, limits: Settings) -> None:
    try:
        check_limits("source", question.source, limits.max_source_pixels, "GRIDWARP_MAX_SOURCE_PIXELS", limits)
    except ImageTooLarge as fault:
        raise ImageTooLarge(fault.detail, (Violation("/source", fault.detail),)) from None


def _entries(
    planned: Iterable[tuple[Pair, Plan | ServiceError]], describe: Callable[[Plan], dict[str, Any]], request_id: str
) -> list[dict[str, Any]]:
    """Write each result: its plan, or what is wrong with it."""
    entries = []
    for index, (pair, plan) in enumerate(planned, start=1):
        entry: dict[str, Any] = {"index": index, "picture": pair.picture, "spec": pair.spec}
        if isinstance(plan, ServiceError):
            problem = problem_document(plan, request_id)
            entry |= {"status": problem["status"], "problem": problem}
        else:
            entry |= {"status": int(HTTPStatus.OK), "plan": describe(plan)}
        entries.append(entry)
    return entries
