"""The numbers of all processes, as Prometheus' own parser reads them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.channel import METRICS
from service.instruments import INSTRUMENTS
from service.metrics import COLUMNS, Metrics
from service.shared_table import SharedTable

ROOT = Path(__file__).parents[2]


def read(metrics):
    """Each sample by its name and labels."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples
    }


def value(metrics, name, **labels):
    return read(metrics)[(f"gridwarp_{name}", *sorted(labels.items()))]


def two_processes():
    table = SharedTable.make(2, METRICS, "d")
    return Metrics(table, 0), Metrics(table, 1)


def test_every_series_is_there_from_the_beginning():
    found = read(Metrics.alone())
    for instrument in INSTRUMENTS:
        suffix = {"counter": "_total", "gauge": "", "histogram": "_sum"}[instrument.kind]
        for values in instrument.series:
            labels = sorted(zip(instrument.labels, values, strict=True))
            assert found[(f"gridwarp_{instrument.name}{suffix}", *labels)] == 0
    assert len({name for name, *_ in found}) > len(INSTRUMENTS)


def test_the_parent_sets_room_aside_for_all():
    assert COLUMNS <= METRICS


def test_what_is_counted_is_told():
    metrics = Metrics.alone()
    metrics.count("requests", "/v1/warp", "200")
    metrics.count("requests", "/v1/warp", "200")
    metrics.count("requests", "/v1/warp", "503", by=5)
    metrics.gauge("queue_work")(12)
    metrics.count("requests_in_progress")
    metrics.count("requests_in_progress", by=-1)
    assert value(metrics, "requests_total", route="/v1/warp", status="200") == 2
    assert value(metrics, "requests_total", route="/v1/warp", status="503") == 5
    assert value(metrics, "queue_work") == 12
    assert value(metrics, "requests_in_progress") == 0


def test_an_unknown_name_or_label_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        Metrics.alone().count("requests", "/v1/warp", "999")


def test_a_histogram_counts_up_to_its_bounds():
    metrics = Metrics.alone()
    for seconds in (0.001, 0.005, 0.006, 29, 31):
        metrics.histogram("stage_seconds", "warp")(seconds)
    buckets = {"0.005": 2, "0.01": 3, "10.0": 3, "30.0": 4, "+Inf": 5}
    for bound, count in buckets.items():
        assert value(metrics, "stage_seconds_bucket", stage="warp", le=bound) == count
    assert value(metrics, "stage_seconds_count", stage="warp") == 5
    assert value(metrics, "stage_seconds_sum", stage="warp") == pytest.approx(60.012)


def test_each_process_tells_the_numbers_of_all():
    one, other = two_processes()
    one.count("results", by=2)
    other.count("results", by=3)
    one.gauge("slots")(1)
    other.gauge("slots")(4)
    for each in (one, other):
        assert value(each, "results_total") == 5
        assert value(each, "slots") == 5


def test_another_process_counts_in_the_same_table():
    table = SharedTable.make(2, METRICS, "d")
    mine = Metrics(table, 0)
    code = (
        "import sys; from service.metrics import *; from service.channel import METRICS;"
        "Metrics(SharedTable(int(sys.argv[1]), 2, METRICS, 'd'), 1).count('results', by=3)"
    )
    subprocess.run([sys.executable, "-c", code, str(table.file)], cwd=ROOT, pass_fds=[table.file], check=True)
    assert value(mine, "results_total") == 3


def test_who_takes_a_place_over_goes_on_with_what_is_counted_and_anew_with_what_is_momentary():
    table = SharedTable.make(1, METRICS, "d")
    before = Metrics(table, 0)
    before.count("results", by=3)
    before.gauge("slots_in_use")(2)
    before.histogram("stage_seconds", "warp")(1)
    after = Metrics(table, 0)
    after.count("results")
    assert value(after, "results_total") == 4
    assert value(after, "slots_in_use") == 0
    assert value(after, "stage_seconds_count", stage="warp") == 1


def test_memory_and_open_files_of_each_process_that_is_there():
    table = SharedTable.make(2, METRICS, "d")
    mine = Metrics(table, 0)
    table.row(1)[0] = 2**22 + 1  # more than the number of any process
    found = read(mine)
    assert found[("gridwarp_resident_bytes", ("process", "0"))] > 10 << 20
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    assert found[("gridwarp_open_files", ("process", "0"))] == pytest.approx(files, abs=2)
    assert ("gridwarp_resident_bytes", ("process", "1")) not in found
