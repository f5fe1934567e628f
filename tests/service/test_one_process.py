"""What becomes of those who wait while the only process starts, if it is told to stop.

The rest is tested from outside.
"""

import os
import signal
import socket

import pytest

from service import readiness as subject
from service.engine import Engine
from service.metrics import Metrics
from service.one_process import OnlyServer, make_config
from service.readiness import Readiness
from service.settings import Settings
from tests.contract import wire
from tests.service.test_readiness import PICTURE, Others


@pytest.fixture
def signals_are_for_the_server():
    """Uvicorn hands on what it was told, to pytest here."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("signals_are_for_the_server")
@pytest.mark.parametrize(("notice", "status"), [(0, 503), (2, 200)])
def test_who_waits_while_it_starts_is_answered_although_it_stops(monkeypatch, notice, status):
    """It is told that the service stops, or served while that gives notice; and nobody hears that it is ready."""
    settings, others = Settings(shutdown_notice=notice, shutdown_grace=5), Others()
    readiness = Readiness("", others.announce)
    server = OnlyServer(make_config(settings, readiness, Metrics.alone()), readiness, notice, 5)

    def choose(*_):
        early.sendall(wire.request("/v1/warp?op=identity", {"Content-Length": len(PICTURE)}, PICTURE))
        os.kill(os.getpid(), signal.SIGTERM)
        return Engine("reference")

    monkeypatch.setattr(subject, "choose_engine", choose)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        wire.connected(listener.getsockname()[1]) as early,
    ):
        server.run(sockets=[listener])
        assert wire.read_answer(early).status == status
    assert others.heard == []


@pytest.mark.usefixtures("signals_end_the_process")
def test_who_waits_is_answered_although_it_is_told_to_stop_before_the_loop_runs(monkeypatch):
    readiness = Readiness("", Others().announce)
    server = OnlyServer(make_config(Settings(), readiness, Metrics.alone()), readiness, notice=0, grace=5)
    serve = server.serve

    def serve_late(sockets):
        os.kill(os.getpid(), signal.SIGTERM)
        return serve(sockets)

    monkeypatch.setattr(server, "serve", serve_late)
    monkeypatch.setattr(subject, "choose_engine", lambda *_: Engine("reference"))
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        wire.connected(listener.getsockname()[1]) as early,
    ):
        early.sendall(wire.request("/v1/warp?op=identity", {"Content-Length": len(PICTURE)}, PICTURE))
        with pytest.raises(SystemExit):  # handed on at the end
            server.run(sockets=[listener])
        assert wire.read_answer(early).status == 503
