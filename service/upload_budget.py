"""The bytes that requests bring with them: all those in memory share one budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from service.errors import Overloaded

_KEY = "gridwarp.held_bytes"


@dataclass
class Budget:
    """The bytes that requests may hold together.

    Attributes:
        total: at most.
        held: now.
        changed: is called after every change.
        pressed: is called when somebody was refused.
    """

    total: int
    held: int = 0
    changed: Callable[[], None] = lambda: None
    pressed: Callable[[], None] = lambda: None

    def take(self, size: int) -> None:
        """Take room, or give it back if the size is below 0.

        Raises:
            Overloaded: there is none.
        """
        self.check(size)
        self.held += size
        self.changed()

    def check(self, size: int) -> None:
        """Refuse bytes for which there is no room beside those of others.

        Raises:
            Overloaded: the message names the setting and the numbers.
        """
        if size > 0 and self.held + size > self.total:
            self.pressed()
            raise Overloaded(
                f"uploads in progress hold {self.held} bytes and this one needs {size} more; at most {self.total} "
                "are held at once (GRIDWARP_UPLOAD_BUDGET); try again"
            )


@dataclass
class HeldBytes:
    """What one request holds of a budget.

    It counts what has arrived, not what was announced: who announces much and sends nothing takes no room from others.

    Attributes:
        budget: of all.
        body: bytes of its encoded pictures and specs.
        maps: bytes of its decoded displacement maps, which are needed to the end.
    """

    budget: Budget
    body: int = 0
    maps: int = 0

    def add_body(self, size: int) -> None:
        """Take room for a part of the body.

        Raises:
            Overloaded: there is none.
        """
        self.budget.take(size)
        self.body += size

    def add_maps(self, size: int) -> None:
        """Take room for maps.

        Raises:
            Overloaded: there is none.
        """
        self.budget.take(size)
        self.maps += size

    def release_body(self) -> None:
        """Say that the body is no longer in memory; a second time does nothing."""
        self.budget.take(-self.body)
        self.body = 0

    def release(self) -> None:
        """Give all of it back."""
        self.release_body()
        self.budget.take(-self.maps)
        self.maps = 0


def hold_bytes(scope: Scope, budget: Budget) -> HeldBytes:
    """Begin to count for a request."""
    held = HeldBytes(budget)
    scope[_KEY] = held
    return held


def held_bytes_of(scope: Scope) -> HeldBytes | None:
    """Give what a request holds; None if it has come without a body."""
    held: HeldBytes | None = scope.get(_KEY)
    return held


def release_upload(scope: Scope) -> None:
    """Say that the request's body is no longer in memory."""
    if held := held_bytes_of(scope):
        held.release_body()
