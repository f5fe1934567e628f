"""Bytes for the targets, for hypothesis: sound ones, and such that were damaged once or more."""

import json
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.fuzz.damage import damaged, spoilt_json
from tests.fuzz.shorthand import to_query
from tests.fuzz.specs import EITHER_SPEC
from tests.fuzz.targets import TARGETS


def _damaged(name: str, data: bytes) -> st.SearchStrategy[bytes]:
    target = TARGETS[name]
    return damaged(data, [*target.tokens, *target.seeds])


def _once_or_more(name: str, whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    once = whole.flatmap(lambda data: _damaged(name, data))
    return once | once.flatmap(lambda data: _damaged(name, data))


SOUND = EITHER_SPEC.map(lambda spec: json.dumps(spec).encode()) | EITHER_SPEC.map(
    lambda spec: b"?" + urlencode(to_query(spec)).encode()
)
SPOILT = EITHER_SPEC.flatmap(spoilt_json).map(str.encode)

MUTANTS = {
    "spec": SOUND | SOUND | SPOILT | _once_or_more("spec", SOUND | st.sampled_from(TARGETS["spec"].seeds)),
    "picture": _once_or_more("picture", st.sampled_from(TARGETS["picture"].seeds)),
}
