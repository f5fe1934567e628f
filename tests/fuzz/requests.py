"""Requests as bytes, for hypothesis: HTTP itself is in order, what it carries is spoilt in about half of them."""

import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.contract import wire
from tests.fuzz import hostile
from tests.fuzz.damage import damaged, spoilt_json
from tests.fuzz.seeds import FILES, PLAIN
from tests.fuzz.shorthand import to_query
from tests.fuzz.specs import EITHER_SPEC, moves_by_a_picture

SPOILT = st.just(frozenset()) | st.frozensets(
    st.sampled_from(["spec", "file", "form", "headers", "query"]), min_size=1, max_size=2
)
FILE = st.sampled_from(PLAIN) | st.sampled_from(FILES)
TYPES = st.sampled_from(["image/png", "image/jpeg", "application/octet-stream"])
NUMBERS = st.floats(-50, 50)


class Content(NamedTuple):
    """What a request says: specs as values and, perhaps spoilt, as JSON; pictures; and what of it is to be spoilt."""

    specs: list[Any]
    texts: list[str]
    pictures: list[bytes]
    spoilt: frozenset[str]

    @property
    def text(self) -> str:
        """All specs as one."""
        return self.texts[0] if len(self.texts) == 1 else f"[{','.join(self.texts)}]"


class Sent(NamedTuple):
    query: str
    content_type: str
    body: bytes


def in_form(draw: st.DrawFn, content: Content) -> Sent:
    """Pictures and specs as parts of a form, in any order."""
    spoilt = "form" in content.spoilt
    name = st.sampled_from(["photo.png", *(hostile.FILE_NAMES if spoilt else [])])
    parts = [wire.file_part("image", picture, draw(name)) for picture in content.pictures]
    if any(map(moves_by_a_picture, content.specs)):
        parts += [wire.file_part("map", draw(FILE)) for _ in range(2)]
    if draw(st.booleans()):
        parts += [wire.text_part("spec", text) for text in content.texts]
    else:
        parts += [wire.file_part("spec", content.text.encode(), "spec.json", "application/json")]
    if spoilt:
        parts += draw(st.lists(st.sampled_from([*hostile.PARTS, *parts]), max_size=2))
    body = wire.form(*draw(st.permutations(parts)))
    if spoilt and draw(st.booleans()):
        body = draw(damaged(body, [body, wire.BOUNDARY.encode(), b"\r\n--", b"--\r\n"]))
    return Sent("", wire.FORM, body)


def with_json(draw: st.DrawFn, content: Content) -> Sent:
    """A picture as the body, specs as JSON in the query."""
    return Sent(urlencode({"spec": content.text}), draw(TYPES), content.pictures[0])


def with_shorthand(draw: st.DrawFn, content: Content) -> Sent:
    """A picture as the body, a spec in the shorthand."""
    query = urlencode(to_query(content.specs[0]))
    if "spec" in content.spoilt:
        query = quote(draw(damaged(query.encode(), [text.encode() for text in hostile.QUERIES])), safe="%&=+,:;")
    return Sent(query, draw(TYPES), content.pictures[0])


def as_question(draw: st.DrawFn, content: Content) -> Sent:
    """A plan's own JSON."""
    sides = st.fixed_dictionaries({"width": st.integers(1, 300), "height": st.integers(1, 300)})
    box = st.tuples(NUMBERS, NUMBERS).map(lambda at: [*at, at[0] + 3, at[1] + 2])
    question = draw(
        st.fixed_dictionaries(
            {"spec": st.just(content.specs if len(content.specs) > 1 else content.specs[0]), "source": sides},
            optional={
                "map_sizes": st.lists(sides, min_size=2, max_size=3),
                "points": st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4),
                "boxes": st.lists(box, max_size=3),
            },
        )
    )
    text = draw(spoilt_json(question)) if content.spoilt & {"spec", "file", "form"} else json.dumps(question)
    return Sent("", "application/json", text.encode())


WAYS = {
    "/v1/warp": [in_form, in_form, with_json, with_shorthand],
    "/v1/plan": [in_form, with_json, with_shorthand, as_question, as_question],
}


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request to warp or to plan, as it goes over the wire."""
    path = draw(st.sampled_from(["/v1/warp", "/v1/warp", "/v1/plan"]))
    way = draw(st.sampled_from(WAYS[path]))
    spoilt = draw(SPOILT)
    specs, pictures = draw(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (2, 2)]))
    specs = [draw(EITHER_SPEC) for _ in range(specs)]
    texts = [json.dumps(spec) for spec in specs]
    if "spec" in spoilt:
        texts[0] = draw(spoilt_json(specs[0]))
    pictures = [draw(FILE) for _ in range(pictures)]
    if "file" in spoilt:
        pictures[0] = draw(damaged(pictures[0], FILES))
    query, content_type, body = way(draw, Content(specs, texts, pictures, spoilt))

    headers = {"Content-Type": content_type}
    headers |= draw(
        st.fixed_dictionaries(
            {}, optional={"Accept": st.sampled_from(["image/*", "application/zip", "multipart/mixed"])}
        )
    )
    if "headers" in spoilt:
        headers |= draw(
            st.dictionaries(
                st.sampled_from(hostile.HEADER_NAMES), st.sampled_from(hostile.HEADER_VALUES), min_size=1, max_size=3
            )
            | st.sampled_from(hostile.CONTENT_TYPES).map(lambda kind: {"Content-Type": kind})
        )
    if "query" in spoilt:
        query = "&".join(filter(None, [query, draw(st.sampled_from(hostile.QUERIES))]))
    return wire.request(f"{path}?{query}", headers | {"Content-Length": len(body)}, body)
