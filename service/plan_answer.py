"""The answers to a plan: one document, or an array with an entry for each result."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from core import Size
from service.errors import ImageTooLarge, ServiceError, Violation
from service.items import Item, Pair, check_batch_pixels, pair_up
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
        WrongCounts, BatchTooLarge: the array is empty or too long, or its outputs have too many pixels.
    """
    _check_source(question, limits)
    if not question.in_array:
        plan = _plan(question.specs[0], question.source, limits)
        if isinstance(plan, ServiceError):
            raise plan
        _check_pixels(question, [plan], limits)
        return describe_plan(plan, question.points, question.boxes)
    pairs = pair_up(1, len(question.specs), limits.max_items)
    plans = [_plan(placed, question.source, limits) for placed in question.specs]
    _check_pixels(question, plans, limits)
    return [
        _entry(
            index,
            pair,
            plan if isinstance(plan, ServiceError) else describe_plan(plan, question.points, question.boxes),
            request_id,
        )
        for index, (pair, plan) in enumerate(zip(pairs, plans, strict=True), start=1)
    ]


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


def _plan(placed: PlacedSpec, source: Size, limits: Settings) -> Plan | ServiceError:
    try:
        return resolve(placed.spec, source, limits)
    except ServiceError as fault:
        return fault.under(placed.pointer)


def _check_pixels(question: Question, plans: Sequence[Plan | ServiceError], limits: Settings) -> None:
    outputs = sum(plan.canvas.pixels for plan in plans if isinstance(plan, Plan))
    check_batch_pixels(question.source.pixels + outputs, limits.max_batch_pixels)


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
