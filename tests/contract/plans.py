"""Plans as clients ask for them, and their answers held to the document that describes them."""

import functools
import json

import httpx
from jsonschema import Draft202012Validator

JSON = {"Content-Type": "application/json"}


def ask(server, question, query="", **headers) -> httpx.Response:
    """Ask by JSON; a question may also be text, as it is to stand in the body."""
    text = question if isinstance(question, str | bytes) else json.dumps(question)
    return server.client.post(f"/v1/plan{query}", content=text, headers=JSON | headers)


def plan(server, spec, size, **asked):
    """The plan for a picture of a size, by JSON."""
    question = {"spec": spec, "source": dict(zip(("width", "height"), size, strict=True)), **asked}
    return checked(server, ask(server, question))


def checked(server, answer):
    """The answer's value; it must be what the service's own document says."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]
    value = answer.json()
    assert [error.message for error in answers(server.url).iter_errors(value)] == []
    return value


@functools.cache
def answers(url):
    document = httpx.get(f"{url}/openapi.json", trust_env=False).json()
    content = document["paths"]["/v1/plan"]["post"]["responses"]["200"]["content"]
    return Draft202012Validator({**content["application/json"]["schema"], "components": document["components"]})
