"""What is demanded of every answer, by the service's own document: it must be documented, whole, and tidy."""

import io
import json
import re
import zipfile
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from PIL import Image

from tests.contract.wire import Answer, check_problem


class Demands:
    """The OpenAPI document of a running service, for answers to be held to."""

    def __init__(self, url: str) -> None:
        self._document = httpx.get(f"{url}/openapi.json", trust_env=False).json()

    def check(self, method: str, path: str, answer: Answer) -> None:
        """Demand that an answer is one of those that the document describes, and in itself what it says that it is.

        Of the server's own faults only 503 may be, with Retry-After; every error is a problem document.
        """
        if answer.status >= 400:
            assert answer.status in {*range(400, 500), 503}, f"{answer.status}: {answer.body[:300]!r}"
            problem = json.loads(answer.body)
            check_problem(
                answer,
                answer.status,
                problem["code"],
                *(place["pointer"] for place in problem["errors"]),
                item=problem.get("item", 0),
            )
        responses = self._responses(method, path)
        if responses is None:
            assert answer.status in {404, 405}, f"{answer.status} where nothing is documented"
            return
        if answer.status == 405:
            return  # of the address, not of an operation
        described = responses.get(str(answer.status))
        assert described, f"status {answer.status} is not documented"
        content_type = answer.headers["content-type"].partition(";")[0]
        assert content_type in described["content"], f"{content_type} is not documented for {answer.status}"
        schema = described["content"][content_type].get("schema", {})
        if content_type.endswith("json"):
            validator = Draft202012Validator({**schema, "components": self._document["components"]})
            assert [error.message for error in validator.iter_errors(json.loads(answer.body))] == []
        elif answer.status == 200:
            check_whole(answer, content_type)

    def _responses(self, method: str, path: str) -> dict[str, Any] | None:
        """Give what is documented for an address; None if nothing is there."""
        for template, operations in self._document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return operations.get(method.lower(), {}).get("responses")
        return None


def check_whole(answer: Answer, content_type: str) -> None:
    """Demand a picture that can be read to its end and has the size that the headers say, or a whole container."""
    match content_type:
        case "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
                assert archive.testzip() is None
                assert len(json.loads(archive.read("manifest.json"))["items"]) == int(answer.headers["warp-items"])
        case "multipart/mixed":
            boundary = re.search('boundary="?([^";]+)', answer.headers["content-type"])[1]
            assert answer.body.rstrip().endswith(f"--{boundary}--".encode())
        case _ if content_type.startswith("image/"):
            with Image.open(io.BytesIO(answer.body)) as picture:
                picture.load()
                assert answer.headers["warp-output-size"] == f"{picture.width}x{picture.height}"
