"""A child as its parent sees it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

from service.channel import ALL_READY, COMPILES, CONNECTION, DRAIN, DRAINED
from service.loads import Load, Loads

LONGEST_WORD = 1000  # bytes


class Offspring:
    """A process that serves.

    Attributes:
        cores: what computes its pixels; empty until it is ready.
        compiles: whether it takes long until it is ready.
        is_there: whether it takes connections.
        is_drained: whether it has finished what it was at when it was told to drain.
    """

    def __init__(self, process: Process, channel: socket.socket) -> None:
        self.cores = ""
        self.compiles = False
        self.is_there = True
        self.is_drained = False
        self._process = process
        self._channel = channel
        self._handed = 0

    @classmethod
    async def start(cls, loads: Loads, metrics_file: int, row: int) -> Offspring:
        """Start one that tells its load, and its metrics, in a row of their tables.

        Raises:
            OSError: the system has no room for it.
        """
        loads[row] = Load()
        ours, theirs = socket.socketpair()
        files = (theirs.fileno(), loads.file, metrics_file)
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "service.child", *map(str, (*files, row))),
                    stdin=DEVNULL,
                    pass_fds=files,
                    process_group=0,  # so that Ctrl-C at a terminal is not for them
                )
            except OSError:
                ours.close()
                raise
        ours.setblocking(False)
        return cls(process, ours)

    def busyness(self, load: Load) -> tuple[int, int]:
        """Count its requests and its connections, also those on the way to it: each may bring a request any moment.

        Of two that are equal in this, the one at fewer requests is less busy.
        """
        return self._handed - load.taken + load.connections + load.requests, load.requests

    def take(self, connection: socket.socket) -> bool:
        """Hand it a connection, or tell that this cannot be done now."""
        try:
            socket.send_fds(self._channel, [CONNECTION], [connection.fileno()])
        except ConnectionError:
            self.is_there = False
            return False
        except OSError:  # it has not yet taken very many that it was handed already
            return False
        self._handed += 1
        return True

    async def hear(self) -> bool:
        """Wait until it compiles or is ready, later until it is drained, and for its end; tell whether it is there."""
        said = b""
        with suppress(ConnectionError):
            said = await asyncio.get_running_loop().sock_recv(self._channel, LONGEST_WORD)
        # The channel is a stream: what was said at two moments may come at once.
        self.compiles = self.compiles or COMPILES in said
        self.is_drained = self.is_drained or DRAINED in said
        self.cores = self.cores or said.replace(COMPILES, b"").replace(DRAINED, b"").decode()
        self.is_there = self.is_there and bool(said)
        return bool(said)

    async def tell_that_all_are_ready(self) -> None:
        """Let it warp pictures."""
        with suppress(ConnectionError):
            await asyncio.get_running_loop().sock_sendall(self._channel, ALL_READY)

    def tell_to_drain(self) -> None:
        """Let it refuse what is new, and finish what it has."""
        with suppress(OSError):  # it may have ended already
            self._channel.send(DRAIN)

    def tell_to_stop(self) -> None:
        """Let it end."""
        self.is_there = False
        with suppress(OSError):  # it may have ended already
            self._channel.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> str:
        """Wait until it has ended, and tell how."""
        status = await self._process.wait()
        self._channel.close()
        return f"{signal.Signals(-status).name}" if status < 0 else f"status {status}"
