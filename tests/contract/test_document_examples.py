"""What the OpenAPI document shows is so: each example of a spec, of a parameter and of a header, sent and seen."""

import io
import json
from decimal import Decimal

import httpx
import numpy as np
import pytest
from PIL import Image

from docs.examples import ROOT
from service import spec
from service.openapi import HEADERS, METRICS
from service.openapi_plan import ANSWERS, QUESTIONS
from service.openapi_query import OF_A_WARP
from tests import files, pictures
from tests.contract import plans
from tests.contract.batches import ask
from tests.docs.test_plan_page import compare

PHOTO = (ROOT / "docs" / "pictures" / "chelsea.png").read_bytes()
"""451 x 300."""

MAP = files.png(pictures.random(20, 10, 3), files.RGB)


def examples(model):
    return model.model_config["json_schema_extra"]["examples"]


def as_spec(model, example):
    """The spec that an example is, or is a part of."""
    if model in spec.OPS.values():
        return {"ops": [example]}
    option = {spec.Region: "region", spec.CanvasSize: "canvas", **dict.fromkeys(spec.FORMATS.values(), "output")}
    return {"ops": [], option[model]: example} if model in option else example


MODELS = (*spec.OPS.values(), *spec.FORMATS.values(), spec.Region, spec.CanvasSize, spec.OpsSpec, spec.MatrixSpec)
SPECS = [
    pytest.param(as_spec(model, example), id=f"{model.__name__}-{number}")
    for model in MODELS
    for number, example in enumerate(examples(model))
]


def warp(server, sent, picture=PHOTO):
    """Send a picture, and a map beside it."""
    files = [("image", ("photo.png", picture)), ("map", ("map.png", MAP))]
    return server.client.post("/v1/warp", files=files, data={"spec": json.dumps(sent)})


def pixels(answer):
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


@pytest.mark.parametrize("sent", SPECS)
def test_an_example_of_a_spec_gives_a_picture(server, sent):
    assert pixels(warp(server, sent))[..., 3].any()


@pytest.mark.parametrize("size", [(800, 450), (90, 140)], ids=str)
@pytest.mark.parametrize("name", [name for name in spec.OPS if name != "identity"])
def test_what_the_first_example_of_an_operation_does_can_be_seen(server, name, size):
    """On a large picture and on a small one: it has another size, or looks otherwise on a tenth of it."""
    before = np.asarray(Image.fromarray(pictures.chelsea()).resize(size).convert("RGBA"))
    after = pixels(warp(server, as_spec(spec.OPS[name], examples(spec.OPS[name])[0]), files.png(before, files.RGBA)))
    if after.shape == before.shape:
        assert (np.abs(after.astype(int) - before).max(axis=-1) > 16).mean() > 0.1


BESIDE = {"fit": {"canvas": "640x480"}, "quality": {"format": "webp"}, "lossless": {"format": "webp"}}
"""What some parameters need beside them."""

PARAMETERS = [
    pytest.param(parameter["name"], value, id=f"{parameter['name']}-{number}")
    for parameter in OF_A_WARP
    for number, value in enumerate(
        [example["value"] for example in parameter.get("examples", {}).values() if example["value"]]
        or parameter["schema"]["examples"]
    )
]


@pytest.mark.parametrize(("name", "value"), PARAMETERS)
def test_an_example_of_a_parameter_gives_a_picture(server, name, value):
    query = {name: value, **BESIDE.get(name, {})}
    if name not in {"op", "spec"}:
        query |= {"op": "rotate:30"}
    pixels(server.client.post("/v1/warp", params=query, content=PHOTO))


DEEP = files.png(pictures.random(8, 6, 3).astype(np.uint16) * 257, files.RGB, 16)


def animated():
    frames = [Image.new("L", (5, 4), level) for level in (0, 255)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def test_the_examples_of_headers_come(server):
    """All that does not depend on the time and the machine comes as it is shown."""
    named = {"X-Request-ID": HEADERS["X-Request-ID"]["example"]}
    double = {"ops": [{"op": "scale", "x": 2}], "canvas": "expand"}
    answers = [
        ask(server, [PHOTO], double, accept="image/png", names=["photo.png"], headers=named),
        ask(server, [PHOTO, PHOTO], double),
        ask(server, [DEEP], double, accept="image/png"),
        ask(server, [animated()], double, accept="image/png"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    seen = {name: {answer.headers.get(name) for answer in answers} for name in HEADERS}
    assert {name for name, told in HEADERS.items() if told["example"] not in seen[name]} <= {
        "Server-Timing",
        "Warp-Engine",
    }
    shapes = {name: without_digits(HEADERS[name]["example"]) for name in ("Server-Timing", "Warp-Engine")}
    assert shapes == {name: without_digits(answers[0].headers[name]) for name in shapes}


def without_digits(text):
    return "".join(letter for letter in text if not letter.isdigit())


def test_the_examples_of_the_small_addresses_come(server):
    document = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()

    def shown(path):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["examples"]

    for path in ("/livez", "/version", "/v1/limits"):
        assert server.client.get(path).json() in shown(path)
    ready = server.client.get("/readyz").json()
    assert [set(example) for example in shown("/readyz")].count(set(ready)) == 1
    assert server.client.get("/metrics").text.startswith(METRICS.rpartition(" ")[0])


@pytest.mark.parametrize("name", ANSWERS)
def test_the_examples_of_plans_come(server, name):
    answer = plans.checked(server, plans.ask(server, QUESTIONS[name]["value"]))
    compare(answer, json.loads(json.dumps(ANSWERS[name]["value"]), parse_float=Decimal), "")
