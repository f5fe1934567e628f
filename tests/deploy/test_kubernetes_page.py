"""docs/kubernetes.md says what the manifests say."""

import re
import textwrap

import pytest
import yaml

from service.settings import Settings
from tests.deploy.manifests import (
    BASE,
    FOLDER,
    PRODUCTION,
    ROOT,
    container,
    only,
    pod,
    quantity,
    render,
    settings,
    variables,
)
from tests.deploy.rules import MOST_AIR, needed_memory
from tests.test_repository import PROJECT

TEXT = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.split())

A_PIXEL = 2 * 4 + 36 + 2 * 4
"""Bytes of the largest request: two sources, a lossless output while it is encoded, two outputs that are held."""

SIZES = re.findall(
    r"^\| (\d+)(?:, as it comes)? \| (\d+) \| (\d+) \| (\d+) \((\d+) MiB\) \| (\w+) \|$", TEXT, re.MULTILINE
)


def test_the_names_are_settings():
    assert set(re.findall(r"GRIDWARP_(\w+)", TEXT)) <= {name.upper() for name in Settings.model_fields}


def test_the_folders_are_there():
    for folder in re.findall(r"deploy/kubernetes[\w./]*\w", TEXT):
        assert (ROOT / folder).exists(), folder


@pytest.mark.parametrize("row", SIZES, ids=lambda row: row[0])
def test_a_size_holds_its_largest_picture(row):
    mega, pixels, held, pictures, mebi, memory = row
    changed = {"MAX_SOURCE_PIXELS": pixels, "MAX_OUTPUT_PIXELS": pixels, "MAX_HELD_PIXELS": held}
    changed |= {"PICTURE_MEMORY": pictures}
    documents = render(BASE)
    variables(documents).update({f"GRIDWARP_{name}": value for name, value in changed.items()})
    its = settings(documents)
    assert (int(mega) * 10**6, int(held), int(mebi) << 20) == (int(pixels), 2 * int(pixels), int(pictures))
    assert A_PIXEL * int(pixels) <= its.picture_memory
    assert needed_memory(its) <= quantity(memory) <= MOST_AIR * needed_memory(its)


def test_one_size_is_that_of_the_base():
    documents = render(BASE)
    its = settings(documents)
    memory = container(documents)["resources"]["limits"]["memory"]
    (row,) = re.findall(r"^\| .*, as it comes \| (\d+) \| (\d+) \| (\d+) .* \| (\w+) \|$", TEXT, re.MULTILINE)
    assert row == tuple(map(str, (its.max_source_pixels, its.max_held_pixels, its.picture_memory, memory)))
    assert len(SIZES) == 4
    assert f"That is {A_PIXEL} bytes for each pixel" in WORDS


def test_the_seconds_are_those_of_the_pod():
    documents = render(BASE)
    seconds = [
        int(second) for second in re.findall(r"^\| (?:up to )?(\d+) \| ", TEXT.split("## Stopping")[1], re.MULTILINE)
    ]
    asleep = container(documents)["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace = asleep + settings(documents).shutdown_notice + settings(documents).shutdown_grace
    assert seconds == [0, asleep, grace, grace + 5, pod(documents)["spec"]["terminationGracePeriodSeconds"]]


def test_the_replicas_are_those_of_the_autoscalers():
    base, production = (
        [only(render(name), "HorizontalPodAutoscaler")["spec"][key] for key in ("minReplicas", "maxReplicas")]
        for name in (BASE, PRODUCTION)
    )
    assert f"{base[0]} to {base[1]} replicas; in production {production[0]} to {production[1]}" in WORDS


def test_the_monitor_looks_where_the_pods_are():
    (block,) = re.findall(r"^    apiVersion: (?:.|\n {4}|\n\n {4})*", TEXT, re.MULTILINE)
    monitor = yaml.safe_load(textwrap.dedent(block))
    documents = render(PRODUCTION)
    labels = pod(documents)["metadata"]["labels"]
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert labels[monitor["spec"]["jobLabel"]] == "gridwarp"  # the job of the alerts
    assert monitor["metadata"]["namespace"] == only(documents, "Namespace")["metadata"]["name"]
    assert [endpoint["port"]] == [port["name"] for port in container(documents)["ports"]]
    assert endpoint["path"] == pod(documents)["metadata"]["annotations"]["prometheus.io/path"]


def test_every_manifest_is_told():
    told = set(re.findall(r"\.\./deploy/kubernetes/([\w/.]+)", TEXT))
    files = {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.yaml")}
    assert files - {"overlays/production/namespace.yaml"} == told - {PRODUCTION}


def test_the_image_is_of_the_version_of_the_project():
    assert set(re.findall(r"gridwarp:(\d+\.\d+\.\d+)", TEXT)) == {PROJECT["version"]}
