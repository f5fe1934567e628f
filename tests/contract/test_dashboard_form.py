"""The dashboard as Grafana reads it: fields that it knows, variables, places and words."""

import json
from itertools import product

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.contract.dashboard import BOARD, FILE, PANELS, QUERIES, ROWS, expression

UNITS = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("_")}
COLUMNS = 24


def test_grafana_knows_every_field():
    """Its model drops what it does not know, such as a name with a slip in it."""
    register_default_plugins()
    understood = Dashboard.from_json(json.loads(FILE.read_text(encoding="utf-8")))
    assert lost(BOARD, json.loads(JSONEncoder().encode(understood))) == []


def lost(given, found, place=""):
    """List the places of a document that another, which may hold more, does not have alike."""
    if isinstance(given, dict) and isinstance(found, dict):
        return [gone for key, value in given.items() for gone in lost(value, found.get(key), f"{place}/{key}")]
    if isinstance(given, list) and isinstance(found, list) and len(given) == len(found):
        pairs = enumerate(zip(given, found, strict=True))
        return [gone for index, pair in pairs for gone in lost(*pair, f"{place}/{index}")]
    return [] if given == found else [place]


def test_the_user_chooses_the_prometheus_and_the_instances():
    datasource, instance = BOARD["templating"]["list"]
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    assert (datasource["name"], datasource["type"], datasource["query"]) == ("datasource", "datasource", "prometheus")
    assert (instance["name"], instance["datasource"]) == ("instance", chosen)
    assert all(panel["datasource"] == chosen for panel in PANELS)
    assert not any("datasource" in query for panel in PANELS for query in panel["targets"])
    assert [name for name, query in QUERIES.items() if query.count('instance=~"$instance"') != query.count("{")] == []
    assert [name for name, query in QUERIES.items() if "$" in expression(query)] == []


def test_panels_fill_the_board_and_none_lies_on_another():
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken = []
    for place in (panel["gridPos"] for panel in BOARD["panels"]):
        assert place["x"] >= 0
        assert place["x"] + place["w"] <= COLUMNS
        taken += product(range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"]))
    assert len(taken) == len(set(taken))
    assert set(taken) == set(product(range(COLUMNS), range(1 + max(y for _, y in taken))))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel):
    assert panel["description"].endswith(".")
    assert len(panel["targets"]) == 1 or all(query["legendFormat"] for query in panel["targets"])
    told = [panel["fieldConfig"]["defaults"].get("unit")]
    changes = [change for override in panel["fieldConfig"]["overrides"] for change in override["properties"]]
    told += [change["value"] for change in changes if change["id"] == "unit"]
    if panel["options"].get("textMode") == "name":  # of a word, not of a number
        assert told == [None]
    else:
        assert [unit for unit in told if unit not in UNITS and not unit.startswith("suffix:")] == []


def test_titles_tell_panels_apart():
    titles = [panel["title"] for panel in (*ROWS, *PANELS)]
    assert all(titles)
    assert len(titles) == len(set(titles))
