import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.contract.wire", "tests.fuzz.demands")  # before anybody imports them

collect_ignore = ["golden/record_torch.py"]  # needs PyTorch, once

# The service is started a hundred times; that it is compiled each time is a fifth of what a start costs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100, database=None)
settings.register_profile("dev", deadline=None, max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser):
    parser.addoption("--library", help="folder of a library of kernels, which all tests are to use instead of Numba's")


def pytest_configure(config):
    if folder := config.getoption("--library"):
        from core import kernel_library  # noqa: PLC0415 -- hundreds of runs do without
        from service.engine import kernel_modules  # noqa: PLC0415

        kernel_library.FOLDER = Path(folder)
        if kernel_library.run_library(kernel_modules()) is None:
            raise pytest.UsageError(f"there is no library for these sources and this processor in {folder}")


@pytest.hookimpl(tryfirst=True)  # before they are chosen by their marks
def pytest_collection_modifyitems(items):
    """Whoever wants a browser is marked so."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")


def pytest_generate_tests(metafunc):
    """A set has another order in every process, and the processes that share a run must agree on the tests."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if isinstance(mark.args[1], (set, frozenset)):
            raise TypeError(f"{metafunc.definition.nodeid} has its parameters from a set: sort them")


def pytest_terminal_summary(terminalreporter):
    """Tell what became of the generated cases, whichever process tried them."""
    done = [report for reports in terminalreporter.stats.values() for report in reports]
    called = [report for report in done if getattr(report, "when", "") == "call"]
    told = [text for report in called for name, text in report.user_properties if name == "fuzz"]
    if told:
        terminalreporter.section("fuzzing")
        terminalreporter.write_line("\n".join(told))
