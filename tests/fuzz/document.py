"""Requests made from the service's own OpenAPI document, by Schemathesis, and its own checks of the answers.

To import this changes Hypothesis for the whole process: examples that fail are no longer shown, and data may be longer.
So the tests run it in a process apart.
"""

import functools
import itertools
from pathlib import Path

import requests
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response, openapi
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from service.problems import PROBLEMS
from tests.contract import wire
from tests.fuzz.seeds import PLAIN
from tests.fuzz.trial import Trial
from tests.fuzz.watched import Watched, watching

CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
openapi.format("binary", st.sampled_from(PLAIN))  # a part of a form


def _sensible(case: Case, code: str) -> Case:
    """Fill in what is mere text to the document, and nearly always refused as such: codes, the query's shorthand."""
    if case.path_parameters:
        case.path_parameters = {"code": code}
    if case.method == "POST":
        in_body = isinstance(case.body, dict) and "spec" in case.body
        case.query = {} if in_body else {"op": ["rotate:30"]}
    return case


def _without_empty(case: Case) -> Case:
    """An empty parameter counts as absent, which OpenAPI has no words for."""
    case.query = {name: value for name, value in case.query.items() if value != ""}
    return case


def _cases(operation: APIOperation) -> list[st.SearchStrategy[Case]]:
    """What the document allows and, where there is a body, what it does not allow."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    sensible = st.builds(_sensible, allowed, st.sampled_from([row.code for row in PROBLEMS.values()]))
    if not list(operation.body):
        return [allowed, sensible]
    not_allowed = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE).map(_without_empty)
    return [allowed, *[sensible] * 6, not_allowed]


def _prepared(case: Case) -> requests.PreparedRequest:
    known = ("method", "url", "headers", "data", "files", "json", "params")
    written = case.as_transport_kwargs(base_url="http://gridwarp")
    return requests.Request(**{name: written[name] for name in known if name in written}).prepare()


def to_bytes(case: Case) -> bytes:
    """The request as it goes over the wire."""
    sent = _prepared(case)
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return wire.request(sent.path_url, sent.headers, body, method=str(sent.method))


def verdict(watched: Watched, case: Case) -> str:
    """Send a case, check all that is demanded and all that the document says, and give the answer's status."""
    answer = watched.answer(to_bytes(case))
    headers = {name: [value] for name, value in answer.headers.items()}
    response = Response(answer.status, headers, answer.body, _prepared(case), elapsed=0.0, verify=False)
    of_what_it_is = [checks.negative_data_rejection] if answer.status == 200 else []  # any refusal is one
    try:
        case.validate_response(response, checks=[*CHECKS, *of_what_it_is])
    except FailureGroup as failures:
        raise AssertionError(str(failures)[:1000]) from None  # it goes on with the request
    return str(answer.status)


def explore(watched: Watched, trial: Trial, examples: int, seed: int | None = None) -> None:
    """Try so many requests of all operations; those to warp and to plan are the most."""
    schema = openapi.from_url(f"{watched.url}/openapi.json")
    for media_type in schema.raw_schema["paths"]["/v1/warp"]["post"]["requestBody"]["content"]:
        if media_type != "multipart/form-data":
            openapi.media_type(media_type, st.sampled_from(PLAIN))
    operations = [found.ok() for found in schema.get_all_operations()]
    cases = st.one_of(*itertools.chain.from_iterable(map(_cases, operations)))
    trial.explore(cases, functools.partial(verdict, watched), examples, seed=seed, to_bytes=to_bytes)


def bounded(log: Path, examples: int) -> Trial:
    """Try a service started for it; the trial tells whether a case failed."""
    trial = Trial("document", "request")
    with watching(log) as watched:
        trial.until_a_case_fails(lambda: explore(watched, trial, examples))
    return trial
