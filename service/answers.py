"""What the small addresses answer, as the OpenAPI document describes it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.engine import VERSION


class Answer(BaseModel):
    """The base of them: no other fields."""

    model_config = ConfigDict(extra="forbid")


class Alive(Answer):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "alive"}]})
    status: Literal["alive"] = Field("alive", description="always this: who is not alive does not answer")


class Ready(Answer):
    """Pictures can be warped."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"status": "ready", "core": "compiled", "target": "x86-64-v3", "kernels": "loaded"},
                {"status": "ready", "core": "reference"},
            ]
        }
    )
    status: Literal["ready"] = Field("ready", description="always this: who is not ready answers 503")
    core: str = Field(description="what computes the pixels: `compiled`, or `reference`, which is slow")
    target: str | None = Field(None, description="of compiled kernels: the kind of processor that they are for")
    kernels: str | None = Field(
        None, description="of compiled kernels: `loaded`, if they were there at the start, or `compiled` since then"
    )


class Version(Answer):
    """What is running."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "gridwarp", "version": VERSION}]})
    name: Literal["gridwarp"] = Field("gridwarp", description="the service's name")
    version: str = Field(description="its version, by Semantic Versioning")


def _refer_to_problem(schema: dict[str, Any]) -> None:
    """Refer to the schema that is written by hand: the documents come from one table and need no model."""
    schema.clear()
    schema |= {"description": "the answer", "allOf": [{"$ref": "#/components/schemas/Problem"}]}


class ProblemExample(Answer):
    """A request, and the problem document that it gets."""

    request: str = Field(description="method and target, not yet percent-encoded, and what goes with them")
    problem: dict[str, Any] = Field(json_schema_extra=_refer_to_problem)


class Explanation(Answer):
    """What a problem's type means."""

    code: str = Field(description="the code of the problem documents")
    status: int = Field(description="their HTTP status")
    title: str = Field(description="their title")
    example: ProblemExample = Field(description="a request that has this problem")
