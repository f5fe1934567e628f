"""deploy/grafana/gridwarp.json taken apart."""

import json

from tests.contract.server import ROOT

FILE = ROOT / "deploy/grafana/gridwarp.json"
BOARD = json.loads(FILE.read_text(encoding="utf-8"))
ROWS = [panel for panel in BOARD["panels"] if panel["type"] == "row"]
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
QUERIES = {f"{panel['title']}-{query['refId']}": query["expr"] for panel in PANELS for query in panel["targets"]}


def expression(query: str, window: str = "1m") -> str:
    """Put in what Grafana puts in for its variables."""
    return query.replace("$instance", ".*").replace("$__rate_interval", window)
