"""Takes a request's body apart: pictures and spec texts, in memory, within the limits."""

from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.errors import (
    BatchTooLarge,
    EmptyBody,
    InvalidSpec,
    MalformedRequest,
    UnsupportedMedia,
    UploadTooLarge,
    Violation,
)
from service.media_types import RAW_TYPES, accepted
from service.settings import Settings
from service.spec.sources import PARAMETERS
from service.spec.text import MAX_SPEC_BYTES
from service.spec.violations import choose_from

PARTS = ("image", "map", "spec")

BROKEN_FORM = "the multipart form cannot be read; check its boundary and that it is whole"

CHARSETS = (b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1")
"""What clients say of a form's charset. Starlette would decode by any codec of Python's; some are slow, some raise."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture as it came."""

    data: bytes
    name: str | None


@dataclass(frozen=True)
class Upload:
    """What a request's body holds.

    Attributes:
        pictures: in the order of the form; one of a raw body.
        specs: the texts of the form's `spec` parts.
        maps: the pictures of the form's `map` parts, which displacements refer to.
        is_raw: whether the body is the picture itself.
    """

    pictures: list[Picture]
    specs: list[str] = field(default_factory=list)
    maps: list[Picture] = field(default_factory=list)
    is_raw: bool = False


async def read_upload(request: Request, limits: Settings) -> Upload:
    """Read the body in whichever of its two forms it comes.

    Raises:
        EmptyBody: there is nothing in it.
        MalformedRequest: the multipart is broken.
        UnsupportedMedia: the content type is of neither form.
        InvalidSpec: the form has a part that does not exist.
        UploadTooLarge: a spec is too long.
        BatchTooLarge: more parts than a request has results.
    """
    content_type = request.headers.get("content-type", "application/octet-stream")
    media_type, options = parse_options_header(content_type)
    if media_type == b"multipart/form-data":
        if options.get(b"charset", b"utf-8").lower() not in CHARSETS:
            raise UnsupportedMedia("a form is read as UTF-8; leave the charset out of its content type")
        return await _read_form(request, limits)
    if content_type.lower().startswith(RAW_TYPES):
        return Upload([Picture(await _read_raw(request), None)], is_raw=True)
    raise UnsupportedMedia(
        f"send the picture as one of {accepted(limits.formats)}; with curl: -F image=@photo.jpg, or --data-binary "
        "@photo.jpg; the spec goes into a part 'spec' or into the query"
    )


async def _read_raw(request: Request) -> bytes:
    chunks = [chunk async for chunk in request.stream()]
    if not any(chunks):
        raise EmptyBody("the body is empty; send a picture, with curl: --data-binary @photo.jpg")
    return b"".join(chunks)


async def _read_form(request: Request, limits: Settings) -> Upload:
    class InMemoryParser(MultiPartParser):
        spool_max_size = limits.max_body_bytes  # nothing is written to disk
        ended = False

        def on_end(self) -> None:
            self.ended = True

    parser = InMemoryParser(
        request.headers,
        request.stream(),
        max_files=3 * limits.max_items,  # pictures, maps, and specs that come as files
        max_fields=limits.max_items,
        max_part_size=limits.max_body_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many"):
            raise BatchTooLarge(
                f"a form has at most {limits.max_items} pictures and as many specs (GRIDWARP_MAX_ITEMS)"
            ) from None
        raise MalformedRequest(BROKEN_FORM) from None
    try:
        if not parser.ended:  # Starlette leaves out the part that breaks off, and says nothing
            raise MalformedRequest(BROKEN_FORM)
        return await _take_apart(form)
    finally:
        await form.close()


async def _take_apart(form: FormData) -> Upload:
    for position, name in enumerate(form, start=1):
        if name not in PARTS:
            where = "; it is one of the query's parameters" if name in PARAMETERS else f"; {choose_from(name, PARTS)}"
            detail = f"part {position} of the form is unknown{where}"
            raise InvalidSpec(detail, (Violation("", detail),))
    pictures = [await _picture("image", number, part) for number, part in enumerate(form.getlist("image"), start=1)]
    sent = [part for part in form.getlist("map") if part != ""]  # which is what the docs page makes of no maps
    maps = [await _picture("map", number, part) for number, part in enumerate(sent, start=1)]
    specs = [await _text(part) for part in form.getlist("spec")]
    if not pictures:
        raise EmptyBody("the form has no picture; add one as a file, with curl: -F image=@photo.jpg")
    # A box emptied on the docs page says nothing; but among others it has a picture to go with.
    return Upload(pictures, specs if any(text.strip() for text in specs) else [], maps)


async def _picture(name: str, number: int, part: UploadFile | str) -> Picture:
    if isinstance(part, str):
        raise EmptyBody(
            f"'{name}' number {number} is no file; choose a picture (with curl write -F {name}=@photo.jpg, with the @)"
        )
    return Picture(await part.read(), part.filename)


async def _text(part: UploadFile | str) -> str:
    """Read a spec part, which may come as text or as a file, and with any content type."""
    if isinstance(part, str):
        return part
    data = await part.read()
    if len(data) > MAX_SPEC_BYTES:  # before it is decoded, which a cut within a character would break
        raise UploadTooLarge(f"a spec has at most {MAX_SPEC_BYTES} bytes; this one has {len(data)}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedRequest("the part 'spec' is not UTF-8") from None
