import pytest

from tests.fuzz.watched import watching

collect_ignore = ["document.py", "long_run.py", "__main__.py", "guided.py"]  # they change Hypothesis; needs atheris


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    with watching(tmp_path_factory.mktemp("fuzz") / "log") as watched:
        yield watched


@pytest.fixture
def report(request):
    """Have a trial's counts told at the end of the test run."""
    return lambda trial: request.node.user_properties.append(("fuzz", str(trial)))
