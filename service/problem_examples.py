"""An example of every problem: a request, and what the service says of it.

The OpenAPI document and `/problems/` show them. Tests send each request and demand this answer of it.
"""

from dataclasses import dataclass
from typing import Literal

from service.errors import Violation

Sent = Literal[
    "a photo",
    "half of a photo",
    "two photos in a form",
    "a photo, declared as text",
    "the first 1000 bytes of a photo",
    "a text",
    "nothing",
]
"""What goes with a request."""


@dataclass(frozen=True)
class Example:
    """A request and its problem.

    Attributes:
        request: method and target, not yet percent-encoded.
        sent: what goes with it.
        detail: what the service says.
        pointer: the place in the spec, where the detail is of one.
        where: what else has to be so, settings first.
    """

    request: str
    sent: Sent
    detail: str
    pointer: str | None = None
    where: str = ""

    @property
    def errors(self) -> tuple[Violation, ...]:
        """The places that are named."""
        return () if self.pointer is None else (Violation(self.pointer, self.detail),)

    @property
    def words(self) -> str:
        """The request as people read it."""
        return f"`{self.request}` with {self.sent}" + (f", where {self.where}" if self.where else "")


EXAMPLES = {
    "malformed-request": Example(
        'POST /v1/warp?spec={"ops": [}', "a photo", "the spec is not JSON: Expecting value at line 1, column 10"
    ),
    "empty-body": Example(
        "POST /v1/warp?op=rotate:30",
        "nothing",
        "the body is empty; send a picture, with curl: --data-binary @photo.jpg",
    ),
    "upload-too-large": Example(
        "POST /v1/warp?op=rotate:30",
        "a photo",
        "the body has 240512 bytes or more; at most 100000 are allowed (GRIDWARP_MAX_BODY_BYTES)",
        where="GRIDWARP_MAX_BODY_BYTES=100000",
    ),
    "batch-too-large": Example(
        'POST /v1/warp?spec=[{"ops": []}, {"ops": []}, {"ops": []}]',
        "a photo",
        "a request has at most 2 pictures and as many specs (GRIDWARP_MAX_ITEMS); this one has 1 and 3",
        where="GRIDWARP_MAX_ITEMS=2",
    ),
    "unsupported-media-type": Example(
        "POST /v1/warp?op=rotate:30",
        "a photo, declared as text",
        "send the picture as one of multipart/form-data, application/octet-stream, image/png, image/jpeg, image/webp, "
        "image/bmp, image/gif; with curl: -F image=@photo.jpg, or --data-binary @photo.jpg; the spec goes into a part "
        "'spec' or into the query",
    ),
    "unsupported-image": Example(
        "POST /v1/warp?op=rotate:30",
        "a text",
        "The bytes are none of PNG, JPEG, WEBP, BMP, GIF (GRIDWARP_FORMATS); convert the picture to one of them.",
    ),
    "undecodable-image": Example(
        "POST /v1/warp?op=rotate:30",
        "half of a photo",
        "The PNG file is broken, cut short or inflates without end; save it anew and send all of it.",
    ),
    "image-too-large": Example(
        "POST /v1/warp?op=scale:100&canvas=expand",
        "a photo",
        "a side of the output has 45100 pixels; at most 16384 are allowed (GRIDWARP_MAX_SIDE)",
        pointer="/canvas",
    ),
    "invalid-spec": Example(
        "POST /v1/warp?op=flip:horizontl",
        "a photo",
        "unknown value; did you mean 'horizontal'? choose one of horizontal, vertical, both",
        pointer="/ops/0/axis",
    ),
    "spec-missing": Example(
        "POST /v1/warp",
        "a photo",
        """no spec was sent; add 'spec' to the form or to the query, with JSON such as """
        """{"ops": [{"op": "rotate", "angle": 30}]}, or the shorthand ?op=rotate:30""",
    ),
    "spec-given-twice": Example(
        'POST /v1/warp?op=rotate:30&spec={"ops": []}',
        "a photo",
        "the spec is given in more than one place: 'spec' in the query, 'op' in the query; keep one and empty the "
        "others",
    ),
    "map-missing": Example(
        "POST /v1/warp?op=displacement:20",
        "a photo",
        "this displacement is by map 1, and the form has 0 parts 'map'; add the picture, with curl: -F map=@map.png",
        pointer="/ops/0/map",
    ),
    "wrong-counts": Example(
        'POST /v1/warp?spec=[{"ops": []}, {"ops": []}, {"ops": []}]',
        "two photos in a form",
        "pictures: 2, specs: 3; these do not pair up: send one spec for all pictures, one picture for all specs, or as "
        "many specs as pictures",
    ),
    "impossible-geometry": Example(
        "POST /v1/warp?op=matrix:1,2,0,2,4,0",
        "a photo",
        "the map is singular or nearly so: its condition number is inf, at most 1e+12 can be inverted; check for a "
        "scale of 0 or for parallel axes",
        pointer="/ops/0",
    ),
    "token-missing": Example(
        "GET /v1/limits",
        "nothing",
        "this address needs a token: send the header 'Authorization: Bearer TOKEN'",
        where="GRIDWARP_TOKENS=0123456789abcdef",
    ),
    "token-wrong": Example(
        "GET /v1/limits",
        "nothing",
        "the token is none of those that open this address",
        where="GRIDWARP_TOKENS=0123456789abcdef, and another token is sent",
    ),
    "upload-too-slow": Example(
        "POST /v1/warp?op=rotate:30",
        "the first 1000 bytes of a photo",
        "no more than 1000 bytes of the body have come in time; it has to come with 65536 bytes a second, and may be "
        "no more than 0.5 s late (GRIDWARP_UPLOAD_TIMEOUT)",
        where="GRIDWARP_UPLOAD_TIMEOUT=0.5, and no more comes",
    ),
    "deadline-exceeded": Example(
        "POST /v1/warp?op=rotate:30&filter=lanczos3&border=wrap&canvas=7000x7000",
        "a photo",
        "a result took more than 0.01 s (GRIDWARP_DEADLINE); ask for fewer or smaller pictures, or try again when the "
        "service is less busy",
        where="GRIDWARP_DEADLINE=0.01",
    ),
    "draining": Example(
        "POST /v1/warp?op=rotate:30",
        "a photo",
        "the service is stopping; another one, or the next, takes its place: try again",
        where="the service has been told to stop",
    ),
    "overloaded": Example(
        "POST /v1/warp?op=rotate:30",
        "a photo",
        "all workers are busy and the queue is full: 0 requests wait; at most 0 may (GRIDWARP_QUEUE); try again",
        where="GRIDWARP_WORKERS=1, GRIDWARP_QUEUE=0, and another picture is being warped",
    ),
    "not-found": Example(
        "GET /v1/wrap", "nothing", "There is nothing at this address; see /docs for what the service offers"
    ),
    "method-not-allowed": Example(
        "GET /v1/warp", "nothing", "The address does not take this method; see /docs for what the service offers"
    ),
    "internal-error": Example(
        "POST /v1/warp?op=rotate:30",
        "a photo",
        "this is a bug of the service, not of the request; please report it with the request's id",
        where="the service has a fault",
    ),
}
"""By the problem's code."""
