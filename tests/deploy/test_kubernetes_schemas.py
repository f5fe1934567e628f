"""What kustomize renders is valid by the API's own schemas, unknown fields refused, for the oldest and the newest."""

import re
import shutil

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import FOLDER, PRODUCTION, RENDERED, ROOT, kustomize, only, pod, render

OLDEST = re.search(r"Kubernetes (\d+\.\d+) or newer", (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8"))[1]
VERSIONS = (OLDEST, kubernetes_validate.latest_version())


def check(documents, version):
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", RENDERED)
def test_documents_are_valid(folder, version):
    check(render(folder), version)


def misspell_a_field(documents):
    pod(documents)["spec"]["automountServiceAcountToken"] = False


def misspell_a_field_of_a_container(documents):
    pod(documents)["spec"]["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True


def misspell_a_field_of_a_rule(documents):
    only(documents, "HorizontalPodAutoscaler")["spec"]["behavior"]["scaleDown"]["stabilisationWindowSeconds"] = 1


def write_a_number_as_text(documents):
    pod(documents)["spec"]["terminationGracePeriodSeconds"] = "45"


def write_a_setting_as_a_number(documents):
    only(documents, "ConfigMap")["data"]["GRIDWARP_WORKERS"] = 2


def write_a_list_as_a_map(documents):
    only(documents, "NetworkPolicy")["spec"]["egress"] = {}


def leave_a_field_out(documents):
    del only(documents, "Deployment")["spec"]["selector"]


@pytest.mark.parametrize(
    "spoil",
    [
        misspell_a_field,
        misspell_a_field_of_a_container,
        misspell_a_field_of_a_rule,
        write_a_number_as_text,
        write_a_setting_as_a_number,
        write_a_list_as_a_map,
        leave_a_field_out,
    ],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_not_valid_is_told(spoil, version):
    documents = render(PRODUCTION)
    spoil(documents)
    with pytest.raises(kubernetes_validate.ValidationError):
        check(documents, version)


@pytest.mark.parametrize(
    ("kind", "written"),
    [("Deployment", "apps/v1beta1"), ("HorizontalPodAutoscaler", "autoscaling/v2beta2"), ("Service", "core/v1")],
)
def test_a_version_of_the_api_that_is_none_is_told(kind, written):
    documents = render(PRODUCTION)
    only(documents, kind)["apiVersion"] = written
    with pytest.raises(kubernetes_validate.SchemaNotFoundError):
        check(documents, VERSIONS[1])


@pytest.mark.parametrize("misspelt", [("images:", "image:"), ("behavior:", "behaviour:"), ("../base", "../bases")])
def test_kustomize_refuses_what_it_does_not_know(tmp_path, misspelt):
    shutil.copytree(FOLDER, tmp_path / "kubernetes")
    file = tmp_path / "kubernetes" / PRODUCTION / "kustomization.yaml"
    text = file.read_text(encoding="utf-8")
    assert misspelt[0] in text
    file.write_text(text.replace(*misspelt), encoding="utf-8")
    assert kustomize(file.parent).returncode != 0


def test_files_have_no_key_twice_and_no_document_is_left_out():
    """YAML takes the last of two, without a word; and what no kustomization names is applied by nobody."""
    for file in FOLDER.rglob("*"):
        if file.is_file():
            assert file.suffix == ".yaml"
            _Strict(file.read_text(encoding="utf-8")).get_single_data()
            folder = yaml.safe_load((file.parent / "kustomization.yaml").read_text(encoding="utf-8"))
            assert file.name in [*folder["resources"], "kustomization.yaml"], file


class _Strict(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), node.start_mark
        return super().construct_mapping(node, deep=deep)
