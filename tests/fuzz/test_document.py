"""Requests that the OpenAPI document allows, and such that it does not: the answers are as it says."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

EXAMPLES = 400


def bounded(*arguments):
    from tests.fuzz import document  # noqa: PLC0415 (changes Hypothesis in the process that imports it)

    return document.bounded(*arguments)


def test_the_service_is_as_its_document_says(tmp_path, report, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")  # Schemathesis goes through sets, which else would differ each time
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        trial = apart.submit(bounded, tmp_path / "log", EXAMPLES).result()
    report(trial)
    assert trial.share >= 0.3, trial
