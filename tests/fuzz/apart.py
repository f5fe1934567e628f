"""The trial of the OpenAPI document in a process of its own: what it imports changes Hypothesis for good."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

from tests.fuzz.trial import Trial

SAME_ORDER = {"PYTHONHASHSEED": "0"}
"""Schemathesis goes through sets, which else would differ each time."""


def try_document(log: Path, examples: int) -> Trial:
    """Start a service and try so many requests."""
    with mock.patch.dict(os.environ, SAME_ORDER), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_try_document, log, examples).result()


def _try_document(log: Path, examples: int) -> Trial:
    from tests.fuzz import document  # noqa: PLC0415

    return document.bounded(log, examples)
