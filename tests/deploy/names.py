"""A name server for one name, as Docker's is for a service's: it knows who is there now."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

A, IN = 1, 1
QUESTION_AT = 12  # behind the header, see RFC 1035, 4.1.1


class Names:
    """Answers every question for addresses with all of `addresses`.

    Attributes:
        addresses: who is there; may be changed at any time.
        port: where it listens, on 127.0.0.1.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.addresses: list[str] = []
        self.port: int = listener.getsockname()[1]

    def serve(self) -> None:
        """Answer until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                question, sender = self._listener.recvfrom(4096)
                if question == b"":
                    return
                self._listener.sendto(self._answer(question), sender)

    def _answer(self, question: bytes) -> bytes:
        end = question.index(b"\0", QUESTION_AT) + 5  # the name, its end, type and class
        kind = struct.unpack(">H", question[end - 4 : end - 2])[0]
        found = list(self.addresses) if kind == A else []
        flags = 0x8180 if self.addresses else 0x8183  # an answer; without addresses "no such name"
        header = question[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0)
        record = struct.pack(">HHHIH", 0xC000 | QUESTION_AT, A, IN, 0, 4)
        return header + question[QUESTION_AT:end] + b"".join(record + socket.inet_aton(each) for each in found)


@contextlib.contextmanager
def naming() -> Iterator[Names]:
    """Run a name server on a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        names = Names(listener)
        thread = threading.Thread(target=names.serve)
        thread.start()
        try:
            yield names
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
                ender.sendto(b"", ("127.0.0.1", names.port))
            thread.join()
