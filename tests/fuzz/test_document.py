"""Requests that the OpenAPI document allows, and such that it does not: the answers are as it says."""

from tests.fuzz.apart import try_document

EXAMPLES = 400


def test_the_service_is_as_its_document_says(tmp_path, report):
    trial = try_document(tmp_path / "log", EXAMPLES)
    report(trial)
    assert trial.findings == []  # why is in the file of the same name, .txt
    assert trial.share >= 0.3, trial
