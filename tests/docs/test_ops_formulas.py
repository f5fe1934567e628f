"""The formulas of docs/ops.md that are no matrices, held to where the service says that points go, or to its pixels."""

import io
import math
from itertools import product

import numpy as np
import pytest
from PIL import ExifTags, Image
from starlette.datastructures import QueryParams

from core import FILTERS
from docs.examples import ROOT
from docs.sources import CARD
from service.spec import OPS, Barrel, Lens
from service.spec.sources import find_specs
from tests import files
from tests.contract import one_warp
from tests.docs.formulas import done
from tests.docs.specs_page import OPERATIONS, Request, pairs, programs, requests, section

WIDTH, HEIGHT = CARD
CARD_FILE = ROOT / "docs" / "pictures" / "specs" / "card.png"
RINGS_FILE = CARD_FILE.with_name("rings.png")

FOUND = 1e-6
"""Pixels: the service finds some images by steps, which it ends when they are shorter than this."""


def asked(query: str, places: list[tuple[float, float]], server) -> dict:
    """Plan a shorthand for the card, with these points of it."""
    source = {"width": WIDTH, "height": HEIGHT}
    answer = server.client.post(f"/v1/plan?{query}", json={"source": source, "points": places})
    assert answer.status_code == 200, answer.text
    return answer.json()


def op_of(query: str):
    ((read, _),) = find_specs([], QueryParams(query))
    (op,) = read.ops
    return op


def queries_of(names: set[str]) -> list[str]:
    """List what the page shows with one of these operations alone, without the options beside it."""
    shown = [*(query for query, _ in pairs(OPERATIONS)), *(request.query for request in requests(OPERATIONS))]
    alone = ["&".join(part for part in query.split("&") if part.startswith("op=")) for query in shown]
    return [query for query in dict.fromkeys(alone) if query.count("op=") == 1 and op_of(query).op in names]


def values_of(op, frame: tuple[float, float]) -> dict:
    """Give the names of a formula what the page says that they stand for."""
    width, height = frame
    values = op.model_dump() | {"W": width, "H": height}
    by_fraction = values.get("unit") == "fraction"
    if "center" in values:
        disc = (2 * width, 2 * width) if op.op == "depolar" else frame
        at = values["center"] or (0.5, 0.5)
        factors = disc if by_fraction or not values["center"] else (1, 1)
        values["cx"], values["cy"] = (share * side for share, side in zip(at, factors, strict=True))
    if "radius" in values:
        values["radius"] = (values["radius"] or 1 / 2) * (min(frame) if by_fraction or not values["radius"] else 1)
    if op.op == "wave" and by_fraction:
        along, across = frame if op.axis == "x" else frame[::-1]
        values |= {"amplitude": op.amplitude * along, "wavelength": op.wavelength * across}
    if isinstance(op, Lens) and op.focal is None:
        values["focal"] = max(frame)
    if isinstance(op, Barrel) and op.d is None:
        values["d"] = 1 - op.a - op.b - op.c
    return values


def output_places(size: dict) -> list[tuple[float, float]]:
    """Choose points of the output, none of them on a line that a formula treats apart."""
    shares = (0.13, 0.29, 0.41, 0.57, 0.73, 0.91)
    return [(x * size["width"], y * size["height"]) for x, y in product(shares, shares)]


BENT = {"lens", "barrel", "polar", "depolar", "swirl", "arc", "wave", "bulge"}


@pytest.mark.parametrize("query", queries_of(BENT))
def test_a_formula_leads_back_where_the_service_leads_to(query, server):
    """A point of the output has its source by the formula, and the plan sends that source to the point."""
    op = op_of(query)
    (program,) = programs(section(op.op))
    values = values_of(op, CARD)
    places = output_places(asked(query, [], server)["output"])
    sources = [done(program, values | {"x": x, "y": y}) for x, y in places]
    ends = [(names["x_src"], names["y_src"]) for names in sources]
    if getattr(op, "inverse", False):
        places, ends = ends, places  # (x, y) and (x_src, y_src) change places
    came = asked(query, ends, server)["points"]
    known = [(place, point) for place, point in zip(places, came, strict=True) if point is not None]
    assert len(known) > len(places) / 2, "hardly any point of the output has a source in the picture"
    np.testing.assert_allclose(*map(np.array, zip(*known, strict=True)), rtol=0, atol=FOUND)


@pytest.mark.parametrize("query", queries_of({"perspective"}))
def test_a_perspective_takes_each_corner_to_its_own(query, server):
    op = op_of(query)
    sides = CARD if op.unit == "fraction" else (1, 1)
    frame = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    src, dst = (frame if points is None else np.array(points) * sides for points in (op.src, op.dst))
    equations = [
        row
        for (x, y), (u, v) in zip(src, dst, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -x * u, -y * u], [0, 0, 0, x, y, 1, -x * v, -y * v])
    ]
    numbers = dict(zip("abcdefgh", np.linalg.solve(equations, np.ravel(dst)), strict=True))
    (program,) = programs(section("perspective"))
    places = [(x, y) for x, y in product((10, 70, 150), (10, 50, 110))]
    told = [done(program, numbers | {"x": x, "y": y}) for x, y in places]
    expected = [(names["x_dst"], names["y_dst"]) for names in told]
    np.testing.assert_allclose(asked(query, places, server)["points"], expected, rtol=0, atol=FOUND)


@pytest.mark.parametrize("query", queries_of({"matrix"}))
def test_a_matrix_is_a_fraction_of_sums(query, server):
    """In pixels, as the plan gives it: source to output by one matrix, back by the other."""
    (program,) = programs(section("matrix"))
    places = [(10.0, 20.0), (70.0, 50.0), (150.0, 100.0), (90.0, 110.0)]
    plan = asked(query, places, server)
    known = [pair for pair in zip(places, plan["points"], strict=True) if pair[1] is not None]
    here, there = zip(*known, strict=True)
    assert len(known) >= 2
    for name, start, end in (("output_from_source", here, there), ("source_from_output", there, here)):
        numbers = dict(zip("abcdefghi", np.ravel(plan[name]), strict=True))
        told = [done(program, numbers | {"x": x, "y": y}) for x, y in start]
        np.testing.assert_allclose([(names["x_to"], names["y_to"]) for names in told], end, rtol=0, atol=FOUND)


OVERDETERMINED = "op=affine_points:src=0:0;180:0;180:120;0:120;90:60,dst=20:20;160:0;180:100;0:120;95:50"


@pytest.mark.parametrize("query", [*queries_of({"affine_points"}), OVERDETERMINED])
def test_affine_points_miss_by_the_least(query, server):
    op = op_of(query)
    (program,) = programs(section("affine_points"))
    (first, second, _) = asked(query, [], server)["output_from_source"]
    numbers = dict(zip("abcdef", [*first, *second], strict=True))
    points = {"src": op.src, "dst": op.dst}
    least = done(program, numbers | points)["misses"]
    assert (least < FOUND**2) == (query != OVERDETERMINED), "up to three pairs are met"
    for name, step in product("abcdef" if len(op.src) > 2 else "", (-1e-4, 1e-4)):
        assert done(program, numbers | points | {name: numbers[name] + step})["misses"] > least


@pytest.mark.parametrize("query", queries_of({"thin_plate_spline"}))
def test_a_spline_is_the_sum_that_meets_its_points(query, server):
    op = op_of(query)
    (program,) = programs(section("thin_plate_spline"))
    sides = np.array(CARD if op.unit == "fraction" else (1, 1))
    src, dst = np.array(op.src) * sides, np.array(op.dst) * sides
    mean = dst.mean(axis=0)
    unit = math.sqrt(np.mean(np.sum((dst - mean) ** 2, axis=1)))
    knots = (dst - mean) / unit

    def sums(place, numbers):
        """f at a place of the output, for x and for y."""
        x, y = (np.array(place) - mean) / unit
        coordinates = {"x": x, "y": y, "dst": knots.tolist()}
        return [
            done(program, coordinates | {"a0": a0, "a1": a1, "a2": a2, "weights": weights})["f"]
            for a0, a1, a2, *weights in numbers.T
        ]

    # The sum is linear in its numbers, so that each of these, alone, gives a column of the equations.
    count = len(dst)
    each = np.eye(3 + count)
    met = np.array([sums(place, each) for place in dst])
    met[:, 3:] += op.smoothing * np.eye(count)
    balanced = np.column_stack([np.zeros((3, 3)), np.vstack([np.ones(count), knots.T])])
    numbers = np.linalg.solve(np.vstack([met, balanced]), np.vstack([src, np.zeros((3, 2))]))
    places = output_places({"width": WIDTH, "height": HEIGHT})
    came = asked(query, [sums(place, numbers) for place in places], server)["points"]
    known = [(place, point) for place, point in zip(places, came, strict=True) if point is not None]
    assert len(known) > len(places) / 2
    np.testing.assert_allclose(*map(np.array, zip(*known, strict=True)), rtol=0, atol=FOUND)


@pytest.mark.parametrize("query", queries_of({"mesh"}))
def test_a_mesh_moves_its_cells_by_halves(query, server):
    op = op_of(query)
    (program,) = programs(section("mesh"))
    sides = CARD if op.unit == "fraction" else (1, 1)
    nodes = (np.array(op.points) * sides).reshape(op.rows + 1, op.columns + 1, 2)
    places = output_places({"width": WIDTH, "height": HEIGHT})
    expected = []
    for x, y in places:
        names = {"x": x, "y": y, "W": WIDTH, "H": HEIGHT, "columns": op.columns, "rows": op.rows}
        cell = done("\n".join(program.splitlines()[:2]), names)
        (tl, tr), (bl, br) = nodes[cell["j"] : cell["j"] + 2, cell["i"] : cell["i"] + 2]
        expected.append(done(program, names | {"tl": tl, "tr": tr, "br": br, "bl": bl})["p"])
    np.testing.assert_allclose(asked(query, places, server)["points"], expected, rtol=0, atol=FOUND)


def displaced() -> list[Request]:
    """List the page's displacements; the points of a plan do not know the map's pixels."""
    return [request for request in requests(section("displacement")) if request.map]


@pytest.mark.parametrize("query", dict.fromkeys(request.query for request in displaced()))
def test_a_displacement_reads_where_its_map_says(query, server):
    """With nearest each pixel shows which pixel it was read from, but where that is less than a tie decides."""
    op = op_of(query.split("&fill")[0])
    card, rings = (np.asarray(Image.open(file).convert("RGB")) for file in (CARD_FILE, RINGS_FILE))
    assert card.shape == rings.shape, "so the map needs no stretching"
    (program,) = programs(section("displacement"))
    parts = [("image", CARD_FILE.read_bytes()), ("map", RINGS_FILE.read_bytes())]
    answer = server.client.post(f"/v1/warp?{query}&filter=nearest&border=edge", files=parts)
    shown = one_warp.pixels(answer.content)[..., :3]
    compared = 0
    for row, column in product(range(0, HEIGHT, 7), range(0, WIDTH, 7)):
        red, green, _ = rings[row, column].tolist()
        names = {"x": column + 0.5, "y": row + 0.5, "red": red, "green": green} | op.model_dump()
        at = done(program, names)
        x, y = at["x_src"], at["y_src"]
        if min(abs(x - round(x)), abs(y - round(y))) > 1e-3:
            compared += 1
            read = card[np.clip(math.floor(y), 0, HEIGHT - 1), np.clip(math.floor(x), 0, WIDTH - 1)]
            np.testing.assert_array_equal(shown[row, column], read)
    assert compared > 300


def with_map(server, map_file: bytes) -> bytes:
    """Displace the card by a map."""
    answer = server.client.post(
        "/v1/warp?op=displacement:5", files=[("image", CARD_FILE.read_bytes()), ("map", map_file)]
    )
    assert answer.status_code == 200, answer.text
    return answer.content


def test_gray_and_16_bits_mean_the_same(server):
    """Red and green alike, their gray, and the gray times 256, whose middle is 32768, are one displacement."""
    gray = np.asarray(Image.open(RINGS_FILE))[..., 0]
    in_colour = np.dstack([gray, gray, np.zeros_like(gray)])
    deep = gray[..., np.newaxis].astype(np.uint16) * 256
    answers = {
        with_map(server, files.png(pixels, colour, depth))
        for pixels, colour, depth in (
            (in_colour, files.RGB, 8),
            (gray[..., np.newaxis], files.GRAY, 8),
            (deep, files.GRAY, 16),
        )
    }
    assert len(answers) == 1
    assert with_map(server, RINGS_FILE.read_bytes()) not in answers


FLOAT32 = 2**-24
"""What a weight below 2 is off by, rounded to float32."""


def weights_of(name: str, f: float) -> list[float]:
    """Give a filter's weights at some way from the centre of pixel 3 to the next."""
    return [float(weight[0]) for _, weight in FILTERS[name](np.array([3.5 + f]))]


@pytest.mark.parametrize("f", [0.0, 0.25, 0.7])
def test_the_weights_of_the_cubic_filter(f):
    names = done(programs(section("filter"))[0], {"f": f})
    told = [names[name] for name in ("before", "first", "second", "after")]
    np.testing.assert_allclose(weights_of("bicubic", f), told, rtol=0, atol=FLOAT32)


@pytest.mark.parametrize("f", [0.0, 0.25, 0.7])
def test_the_weights_of_the_lanczos_filter(f):
    told = np.array([done(programs(section("filter"))[1], {"t": abs(f - place)})["weight"] for place in range(-2, 4)])
    np.testing.assert_allclose(weights_of("lanczos3", f), told / told.sum(), rtol=0, atol=FLOAT32)


def test_each_formula_is_tried():
    """Matrices are tried in test_specs_page."""
    tried = BENT | {"perspective", "matrix", "affine_points", "thin_plate_spline", "mesh", "displacement"}
    assert {name for name in OPS if programs(section(name))} == tried
    assert all(queries_of({name}) for name in tried - {"displacement"})
    assert displaced()


@pytest.mark.parametrize("name", sorted(set(OPS) - {"identity"}))
def test_each_operation_tells_where_it_is_from(name):
    assert "\nSource: " in section(name)


def test_points_of_a_displacement_are_unknown_to_a_plan(server):
    body = {"source": {"width": WIDTH, "height": HEIGHT}, "points": [[1, 1]], "map_sizes": [{"width": 9, "height": 9}]}
    answer = server.client.post("/v1/plan?op=displacement:5", json=body)
    assert answer.json()["points"] == [None]


def test_the_map_is_read_as_stored(server):
    """A map with an EXIF orientation moves as the same map without it."""
    turned, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.open(RINGS_FILE).save(turned, "PNG", exif=exif)
    assert with_map(server, turned.getvalue()) == with_map(server, RINGS_FILE.read_bytes())
