"""The smoke test waits for a service that is not there yet, and tells what is wrong with one that answers otherwise."""

import http.server
import subprocess
import sys
import threading

from tests.contract.server import ROOT, running
from tests.contract.wire import free_port


def smoke(port):
    command = [sys.executable, ROOT / "deploy" / "smoke.py", f"http://127.0.0.1:{port}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_waits_until_somebody_listens(tmp_path):
    port = free_port("127.0.0.1")
    with smoke(port) as asking:
        assert asking.stdout.readline().startswith(f"waiting for http://127.0.0.1:{port}: ")
        with running(tmp_path / "log", port=port, log_level="error"):
            _, complaints = asking.communicate(timeout=100)
    assert (asking.returncode, complaints) == (0, "")


def test_it_does_not_wait_for_another_service_to_become_this_one():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever).start()
        with smoke(other.server_port) as asking:
            _, complaints = asking.communicate(timeout=20)
        other.shutdown()
    assert asking.returncode == 1
    assert complaints == f"http://127.0.0.1:{other.server_port}/readyz: HTTP Error 501: Unsupported method ('GET')\n"
