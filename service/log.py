"""The log, on stderr: a line of JSON for each event, or of text for people.

A thread writes it, so that nobody waits for whoever reads it; when far too much is waiting, lines are lost and counted.
"""

import json
import logging
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any, TextIO

MOST_WAITING = 10_000
MOMENT = 0.05  # seconds
LAST_WORDS = 2.0
"""Seconds that the end waits for lines to be written."""


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one event."""
        event: dict[str, Any] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event)


class TextLines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one event."""
        line = f"{_time(record):%Y-%m-%d %H:%M:%S},{record.msecs:03.0f} {record.levelname} {record.name}: "
        line += record.getMessage()
        for name, value in getattr(record, "fields", {}).items():
            line += f" {name}={json.dumps(value, separators=(',', ':')) if isinstance(value, (dict, list)) else value}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


FORMATS = {"json": JsonLines, "text": TextLines}


class Writer(logging.Handler):
    """Has a thread write the lines, those of a moment at a time: to wake it for each would cost more than the line."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: deque[str] = deque()
        self._lost = 0
        self._has_lines, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="gridwarp-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Leave a line to the thread."""
        if len(self._lines) >= MOST_WAITING:
            self._lost += 1
            return
        self._tell_of_loss()
        self._put(record)

    def close(self) -> None:
        """Write what is waiting, if somebody reads it."""
        self._tell_of_loss()
        self._ends.set()
        self._has_lines.set()
        self._thread.join(LAST_WORDS)
        super().close()

    def _put(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{self.format(record)}\n")
        if not self._has_lines.is_set():
            self._has_lines.set()

    def _tell_of_loss(self) -> None:
        lost, self._lost = self._lost, 0
        if lost:
            self._put(_event_of_loss(lost))

    def _work(self) -> None:
        while not self._ends.is_set():
            self._has_lines.wait()
            self._ends.wait(MOMENT)
            self._has_lines.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        try:
            while self._lines:
                self._stream.write(self._lines.popleft())
            self._stream.flush()
        except OSError:  # nobody reads it any more
            self._lost += 1


def _event_of_loss(lines: int) -> logging.LogRecord:
    text = "%d lines of the log were lost: they are not read as fast as they are written"
    return logging.LogRecord("gridwarp.log", logging.WARNING, __file__, 0, text, (lines,), None)


def set_up_log(level: str, form: str) -> None:
    """Let the service's own messages through from a level on, and those of others from warnings on; one format for all.

    Args:
        level: as the setting log_level.
        form: a name in FORMATS.
    """
    writer = Writer(sys.stderr)
    writer.setFormatter(FORMATS[form]())
    logging.basicConfig(handlers=[writer], level=logging.WARNING)
    logging.getLogger("gridwarp").setLevel(level.upper())
