"""What can go wrong with a request, as exceptions that know nothing of HTTP (see `problems`).

ServiceError
├── MalformedRequest    the bytes are not JSON, or not multipart
├── EmptyBody           no picture was sent
├── UploadTooLarge      more bytes than the limits allow
├── BatchTooLarge       more results, or more pixels of them all, than the limits allow
├── UnsupportedMedia    the request's content type is none that the route reads
├── UnsupportedImage    the picture's sniffed format is not allowed
├── UndecodableImage    the picture is broken
├── ImageTooLarge       the source or the output has more pixels than the limits allow
├── InvalidSpec         the spec does not describe a warp, or a parameter or part is unknown
├── SpecMissing         no spec was sent
├── SpecGivenTwice      the spec came from two places
├── MapMissing          a displacement refers to a map that was not sent
├── WrongCounts         the numbers of pictures and specs do not go together
├── ImpossibleGeometry  the spec is well-formed, but no picture can come of it
├── TokenMissing        the address needs a token
├── TokenWrong          the token is none of those that open it
├── UploadTooSlow       the body did not come in time
├── DeadlineExceeded    the work took too long
├── Draining            the service is stopping; ask another one
└── Overloaded          no room now; try again
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Violation:
    """One place in the input and what is wrong there.

    Attributes:
        pointer: RFC 6901 JSON pointer into the JSON that the client sent, a spec or a plan's body; "" is all of it.
        detail: what is wrong and how to mend it.
    """

    pointer: str
    detail: str


class ServiceError(Exception):
    """A request that cannot be served.

    Attributes:
        detail: a public sentence that says what is wrong and how to mend it; it never repeats the input.
        violations: the places in the client's JSON, if it is at fault.
        item: which of several results it concerns, from 1; 0 if it concerns the request.
    """

    def __init__(self, detail: str, violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = violations
        self.item = 0

    def bare(self) -> Self:
        """Give the same error without its traceback, whose frames hold the picture: it may be kept for long."""
        return self.under("")

    def under(self, pointer: str) -> Self:
        """Give the same error for a spec that stands at `pointer` in a larger document."""
        places = tuple(Violation(pointer + place.pointer, place.detail) for place in self.violations)
        return type(self)(self.detail, places)

    def of_item(self, index: int) -> Self:
        """Give the same error as that of one of several results."""
        error = type(self)(self.detail, self.violations)
        error.item = index
        return error


class MalformedRequest(ServiceError):
    """The bytes are not JSON, or not multipart."""


class EmptyBody(ServiceError):
    """No picture was sent."""


class UploadTooLarge(ServiceError):
    """More bytes than the limits allow."""


class BatchTooLarge(ServiceError):
    """More results, or more pixels of them all, than the limits allow."""


class UnsupportedMedia(ServiceError):
    """The request's content type is none that the route reads."""


class UnsupportedImage(ServiceError):
    """The picture's sniffed format is not allowed."""


class UndecodableImage(ServiceError):
    """The picture is of an allowed format, but broken."""


class ImageTooLarge(ServiceError):
    """The source or the output has more pixels than the limits allow."""


class InvalidSpec(ServiceError):
    """The spec does not describe a warp, or a parameter or part is unknown."""


class SpecMissing(ServiceError):
    """No spec was sent."""


class SpecGivenTwice(ServiceError):
    """The spec came from two places."""


class MapMissing(ServiceError):
    """A displacement refers to a map that was not sent."""


class WrongCounts(ServiceError):
    """The numbers of pictures and specs do not go together."""


class ImpossibleGeometry(ServiceError):
    """The spec is well-formed, but no picture can come of it."""


class TokenMissing(ServiceError):
    """The address needs a token, and none was sent."""


class TokenWrong(ServiceError):
    """The token is none of those that open the address."""


class UploadTooSlow(ServiceError):
    """The body did not come in time."""


class DeadlineExceeded(ServiceError):
    """The work took too long."""


class Draining(ServiceError):
    """The service is stopping and begins nothing more."""


class Overloaded(ServiceError):
    """No room for this request now; the same request may succeed later."""
