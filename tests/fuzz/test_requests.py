"""Requests to warp and to plan, sound and spoilt: whatever they are, the answer is one that is documented."""

import contextlib

from tests.contract import wire
from tests.fuzz.requests import requests
from tests.fuzz.trial import Trial
from tests.fuzz.watched import LIMITS

EXAMPLES = 800
LARGEST = LIMITS["max_body_bytes"]
UNFINISHED = wire.request("/v1/warp?op=identity", {"Content-Length": LARGEST}, b"GIF89a" + bytes(LARGEST - 100))


def test_any_request_has_an_answer_that_is_documented(watched, report):
    trial = Trial("requests", "request")
    trial.explore(requests(), watched.verdict, EXAMPLES)
    report(trial)
    assert trial.share >= 0.3, trial
    assert {"200", "400", "415", "422"} <= set(trial.counts), trial


def test_any_request_to_a_full_house_is_put_off_or_answered(watched, report):
    trial = Trial("full house", "request")
    with contextlib.ExitStack() as opened:
        for _ in range(8):
            connection = opened.enter_context(wire.connected(watched.port))
            with contextlib.suppress(ConnectionError):  # those for which there is no room are sent away
                connection.sendall(UNFINISHED)
        trial.explore(requests(), watched.verdict, 100)
    report(trial)
    assert trial.counts["503"] > 50, trial
