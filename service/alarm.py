"""Calls a function at a time that can be put off as often as one likes, at next to no cost.

To set a timer and to stop it takes as long as a small function of Python's, and of a request's times hardly one is ever
up. So there is one timer at most, which looks when it is due what the time is now.
"""

import asyncio
import math
from collections.abc import Callable


class Alarm:
    """One function and the time for it, as the event loop counts it.

    Attributes:
        due: when it is called; infinite if it is not.
    """

    def __init__(self, ring: Callable[[], None], due: float = math.inf) -> None:
        """Set it.

        Args:
            ring: is called once the time has come.
            due: the time.
        """
        self.due = math.inf
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self.set(due)

    @property
    def is_set(self) -> bool:
        """Whether it will ring."""
        return self.due < math.inf

    def set(self, due: float) -> None:
        """Let it ring then, and no more at the time before."""
        self.due = due
        if due < (self._timer.when() if self._timer else math.inf):
            self._start()

    def stop(self) -> None:
        """Let it be silent; its timer, and with it the function, may last until the time for which it was set."""
        self.due = math.inf

    def forget(self) -> None:
        """Let it be silent, and keep nothing."""
        self.stop()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(self.due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self.due <= asyncio.get_running_loop().time():
            self.stop()
            self._ring()
        elif self.is_set:
            self._start()
