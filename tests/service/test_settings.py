"""The settings come from GRIDWARP_..., within bounds."""

import pytest
from pydantic import ValidationError

from service.processors import usable_processors
from service.settings import Settings

# name: (a value that is allowed and not the default, values that are not)
BOUNDS = {
    "host": ("0.0.0.0", []),  # noqa: S104 (a value to read, nothing is bound)
    "port": ("65535", ["-1", "65536", "x", "", "1.5"]),
    "log_level": ("debug", ["DEBUG", "trace", "", "info\n", "xinfo"]),
    "shutdown_grace": ("0", ["-1", "x"]),
    "max_body_bytes": ("1", ["0", "-1", "1.5", "32MB"]),
    "upload_budget": ("1000000000", ["0", "-1", "x"]),
    "max_source_pixels": ("1", ["0", "-1", "x"]),
    "max_output_pixels": ("1", ["0", "-1", "x"]),
    "max_side": ("1", ["0", "-1", "x"]),
    "max_items": ("1", ["0", "-1", "x"]),
    "max_batch_pixels": ("1", ["0", "-1", "x"]),
    "max_map_pixels": ("1", ["0", "-1", "x"]),
    "max_held_pixels": ("1", ["0", "-1", "x"]),
    "workers": ("1", ["0", "-1", "x"]),
    "queue": ("0", ["-1", "x"]),
    "retry_after": ("0", ["-1", "x"]),
    "cache_dir": ("/var/cache/gridwarp", ["cache", ".", "~/cache", "/var/cache\n"]),
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in BOUNDS:
        monkeypatch.delenv(f"GRIDWARP_{name.upper()}", raising=False)


def test_every_setting_is_listed_here_and_described():
    assert set(Settings.model_fields) == set(BOUNDS)
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_defaults_are_those_that_are_documented():
    assert Settings().model_dump(exclude={"workers"}) == {
        "host": "127.0.0.1",
        "port": 8000,
        "log_level": "info",
        "shutdown_grace": 25,
        "max_body_bytes": 33_554_432,
        "upload_budget": 268_435_456,
        "max_source_pixels": 50_000_000,
        "max_output_pixels": 50_000_000,
        "max_side": 16_384,
        "max_items": 64,
        "max_batch_pixels": 800_000_000,
        "max_map_pixels": 4_000_000,
        "max_held_pixels": 100_000_000,
        "queue": 32,
        "retry_after": 1,
        "cache_dir": "",
    }


def test_there_are_as_many_workers_as_processors_that_may_be_used():
    assert Settings().workers == usable_processors()


@pytest.mark.parametrize("name", BOUNDS)
def test_a_setting_is_read_from_its_variable(monkeypatch, name):
    value, _ = BOUNDS[name]
    before = getattr(Settings(), name)
    monkeypatch.setenv(f"GRIDWARP_{name.upper()}", value)
    assert getattr(Settings(), name) == type(before)(value)
    if name != "workers":
        assert getattr(Settings(), name) != before


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, (_, all_wrong) in BOUNDS.items() for wrong in all_wrong]
)
def test_a_setting_out_of_bounds_is_refused(monkeypatch, name, wrong):
    monkeypatch.setenv(f"GRIDWARP_{name.upper()}", wrong)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert [error["loc"] for error in caught.value.errors()] == [(name,)]


def test_a_variable_without_the_prefix_means_nothing(monkeypatch):
    monkeypatch.setenv("PORT", "1234")
    monkeypatch.setenv("WORKERS", "99999")
    assert Settings().port == 8000
    assert Settings().workers != 99_999


def test_the_budget_of_all_uploads_holds_at_least_one():
    assert Settings(max_body_bytes=1000, upload_budget=1000).upload_budget == 1000
    with pytest.raises(ValidationError, match="GRIDWARP_UPLOAD_BUDGET must be at least GRIDWARP_MAX_BODY_BYTES"):
        Settings(max_body_bytes=1001, upload_budget=1000)


def test_settings_do_not_change_while_the_service_runs():
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1
