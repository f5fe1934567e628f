"""What Gridwarp wants to reach, and where the figures stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from benchmarks import averaging, core, end_to_end, grids, png, scaling, services
from benchmarks.record import Row

Records = Mapping[str, Sequence[Row]]
"""Rows by the name of their file."""

Found = Callable[[Records], float | None]
Pick = Callable[[list[float]], float]


class Goal(NamedTuple):
    """A figure to reach.

    Attributes:
        measure: what it is.
        goal: what is wanted.
        floor: what is owed.
        found: takes it out of the records; None if it was not measured.
        less_is_better: whether goal and floor are bounds from above.
    """

    measure: str
    goal: float
    floor: float
    found: Found
    less_is_better: bool = False

    def state(self, value: float | None) -> str:
        """Say in words how far it is reached."""
        if value is None:
            return "not measured"
        sign = -1 if self.less_is_better else 1
        if sign * value >= sign * self.goal:
            return "reached"
        return "above the floor" if sign * value >= sign * self.floor else "**below the floor**"


def rows_where(records: Records, name: str, **wanted: Any) -> Iterator[Row]:
    """Give the rows of a file that say so."""
    for row in records.get(name, ()):
        if all(row.get(column) == value for column, value in wanted.items()):
            yield row


def worst(records: Records, name: str, column: str, pick: Pick = min, **wanted: Any) -> float | None:
    """Pick one of the figures of a column; the smallest, unless another is the worst."""
    values = [row[column] for row in rows_where(records, name, **wanted) if row.get(column) is not None]
    return pick(values) if values else None


def unevenness(records: Records) -> float | None:
    """By how many percent the dearest megapixel costs more than the cheapest."""
    column = "ms a megapixel"
    cheapest, dearest = (worst(records, "scaling", column, pick, table=scaling.PER_MEGAPIXEL) for pick in (min, max))
    return None if cheapest is None or dearest is None else 100 * (dearest / cheapest - 1)


def _in_core(table: str, picture: str, filter: str) -> Found:
    return partial(worst, name="core", column="ahead", table=table, picture=picture, filter=filter, peer="OpenCV")


def _in_grids(table: str) -> Found:
    return partial(worst, name="grids", column="ahead", table=table, picture="RGB", filter="bilinear", peer="OpenCV")


def _png(peer: str, column: str) -> Found:
    return partial(worst, name="png", column=column, table=png.IN_SHORT, pictures=png.PLAIN, peer=peer)


def _end_to_end() -> Iterator[Goal]:
    wanted = {
        "JPEG": {services.OPENCV: (2.5, 1.6), services.SHARP: (8, 5), services.PILLOW: (20, 10)},
        "PNG": {services.OPENCV: (1.6, 1.2), services.SHARP: (2.5, 1.6), services.PILLOW: (6, 4)},
    }
    for form, peers in wanted.items():
        for peer, (goal, floor) in peers.items():
            for megapixels in (0.4, 2):
                where = {"in": form, "MP": megapixels, "connections": end_to_end.GOAL_CONNECTIONS, "peer": peer}
                found = partial(worst, name="end_to_end", column="ahead", table=end_to_end.UNDER_LOAD, **where)
                yield Goal(f"end to end, {form} in, {megapixels} MP, 4 connections, vs {peer}", goal, floor, found)


def _of_our_answers() -> Iterator[Goal]:
    for form in end_to_end.FORMS:
        where = {"in": form, "MP": 12, "peer": services.OURS}
        share = partial(worst, name="end_to_end", column="share", table=end_to_end.ALONE, **where)
        yield Goal(f"first bytes of a 12 MP answer, share of the whole time, {form} in", 0.3, 0.45, share, True)
        memory = partial(worst, name="end_to_end", column="bytes a source pixel", table=end_to_end.MEMORY, **where)
        yield Goal(f"peak memory above idle of one 12 MP request, bytes a source pixel, {form} in", 6, 9, memory, True)


def _largest_error(records: Records) -> float | None:
    return max(
        (
            row["our largest error"]
            for row in rows_where(records, "core", filter="bilinear")
            if row["picture"] in {"gray", "RGB", "RGBA"} and row["our largest error"] is not None
        ),
        default=None,
    )


GOALS = (
    Goal("8-bit bilinear affine, one thread, vs OpenCV: RGB", 1.5, 1.0, _in_core(core.AFFINE, "RGB", "bilinear")),
    Goal("the same, RGBA", 1.2, 0.8, _in_core(core.AFFINE, "RGBA", "bilinear")),
    Goal("the same, gray", 1.0, 0.6, _in_core(core.AFFINE, "gray", "bilinear")),
    Goal("largest error of an 8-bit bilinear sample, levels", 0.502, 0.502, _largest_error, True),
    Goal("bicubic vs OpenCV cubic, RGB", 1.2, 1.0, _in_core(core.AFFINE, "RGB", "bicubic")),
    Goal("Lanczos3 vs OpenCV Lanczos4, RGB", 3, 2, _in_core(core.AFFINE, "RGB", "lanczos3")),
    Goal("perspective vs `warpPerspective`, RGB", 1.2, 1.0, _in_core(core.PERSPECTIVE, "RGB", "bilinear")),
    Goal("kept grid vs `remap`, RGB", 1.2, 1.0, _in_grids(grids.COORDINATES_KEPT)),
    Goal(
        "antialiased shrinking 4x, rotated, vs ImageMagick -distort",
        20,
        10,
        partial(worst, name="averaging", column="ahead", table=averaging.SHRUNK),
    ),
    Goal(
        "two threads vs one, 4 MP and up, the worst",
        1.95,
        1.8,
        partial(worst, name="core", column="speed-up", table=core.SPEED_UP),
    ),
    Goal("PNG encoding, one thread, vs OpenCV, the middle photo", 4, 2.5, _png(png.OPENCV, "ahead, median")),
    Goal("the same vs Pillow", 30, 15, _png(png.PILLOW, "ahead, median")),
    Goal("bytes of a PNG beside Pillow's, the middle photo", 1.02, 1.04, _png(png.PILLOW, "our bytes, median"), True),
    Goal("the same, the worst photo", 1.06, 1.12, _png(png.PILLOW, "our bytes, worst"), True),
    *_end_to_end(),
    *_of_our_answers(),
    Goal("dearest megapixel of 1 to 48 MP over the cheapest, %", 10, 25, unevenness, True),
)


def standing(records: Records) -> list[Row]:
    """Hold the figures against the goals."""
    found = [(goal, goal.found(records)) for goal in GOALS]
    return [
        {"measure": goal.measure, "found": value, "goal": goal.goal, "floor": goal.floor, "": goal.state(value)}
        for goal, value in found
    ]
