"""A line for each event, as JSON or for people; whoever reads it slowly keeps nobody waiting."""

import io
import json
import logging
import os
import threading
import time
from contextlib import contextmanager

import pytest

from service import log as subject
from service.log import FORMATS, Writer


@contextmanager
def logger_to(stream, form):
    writer = Writer(stream)
    writer.setFormatter(FORMATS[form]())
    logger = logging.Logger("gridwarp.test")
    logger.addHandler(writer)
    yield logger
    writer.close()


def lines(form, log):
    """What is written while something logs."""
    stream = io.StringIO()
    with logger_to(stream, form) as logger:
        log(logger)
    return stream.getvalue().splitlines()


def test_json_is_an_object_a_line_whatever_is_in_it():
    (line,) = lines("json", lambda log: log.warning('a "%s"', "b\nc", extra={"fields": {"ms": 1.5, "ops": ["rotate"]}}))
    event = json.loads(line)
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "warning",
        "logger": "gridwarp.test",
        "message": 'a "b\nc"',
        "ms": 1.5,
        "ops": ["rotate"],
    }


def fail(log):
    try:
        _ = 1 // 0
    except ZeroDivisionError as error:
        log.error("failed", exc_info=error)


def test_a_traceback_is_a_member_of_the_object():
    (line,) = lines("json", fail)
    assert json.loads(line)["exception"].endswith("ZeroDivisionError: integer division or modulo by zero")


def test_text_is_for_people():
    line, *more = lines("text", lambda log: log.info("request", extra={"fields": {"status": 200, "ops": ["rotate"]}}))
    assert line.split(" ", 2)[2] == 'INFO gridwarp.test: request status=200 ops=["rotate"]'
    assert not more
    assert lines("text", fail)[1] == "Traceback (most recent call last):"


@pytest.mark.parametrize("form", FORMATS)
def test_lines_keep_their_order(form):
    def log(logger):
        for number in range(500):
            logger.info("number %d.", number)

    assert [f"number {number}." in line for number, line in enumerate(lines(form, log))] == [True] * 500


def test_a_pipe_that_nobody_reads_keeps_nobody_waiting(monkeypatch):
    monkeypatch.setattr(subject, "MOST_WAITING", 100)
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as stream, os.fdopen(read_end) as reader:
        with logger_to(stream, "json") as logger:
            logged, began = 1000, time.perf_counter()
            for _ in range(logged):
                logger.info("x" * 1000)
            assert time.perf_counter() - began < 2
            taken = []
            reading = threading.Thread(target=lambda: taken.extend(iter(reader.readline, "")), daemon=True)
            reading.start()
            while not any("were lost" in line for line in taken):
                time.sleep(0.01)
                logger.info("again")
                logged += 1
            monkeypatch.setattr(subject, "LAST_WORDS", 10)
        stream.close()
        reading.join(10)
    events = [json.loads(line) for line in taken]
    lost = [event for event in events if "were lost" in event["message"]]
    assert {event["level"] for event in lost} == {"warning"}
    counted = sum(int(event["message"].split()[0]) for event in lost)
    assert counted + len(events) - len(lost) == logged, "every line is there or counted"


class Closed(io.StringIO):
    """A pipe whose reader has gone."""

    def flush(self):
        raise BrokenPipeError


def test_a_stream_that_nobody_reads_any_more_is_no_fault():
    with logger_to(Closed(), "json") as logger:
        logger.info("to nobody")
        logger.info("to nobody")
