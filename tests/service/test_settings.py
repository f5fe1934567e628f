"""The settings come from GRIDWARP_..., within bounds."""

import pytest
from pydantic import ValidationError

from service import formats
from service import settings as subject
from service.processors import usable_processors
from service.settings import Settings

SECRET = "0123456789abcdef"  # noqa: S105 (of nobody)

# name: (a value that is allowed and not the default, values that are not)
BOUNDS = {
    "host": ("0.0.0.0", []),  # noqa: S104 (a value to read, nothing is bound)
    "port": ("65535", ["-1", "65536", "x", "", "1.5"]),
    "log_level": ("debug", ["DEBUG", "trace", "", "info\n", "xinfo"]),
    "log_format": ("text", ["JSON", "xml", ""]),
    "shutdown_notice": ("2", ["-1", "x"]),
    "shutdown_grace": ("0", ["-1", "x"]),
    "tokens": (f"{SECRET},{SECRET}2", ["short", f"{SECRET},short"]),
    "token_pages": ("api,docs", ["pages", "api,page"]),
    "cors_origins": ("https://one.example,http://two.example:8080", ["one.example", "https://one.example/path"]),
    "deadline": ("0.5", ["0", "-1", "x"]),
    "upload_timeout": ("0.5", ["0", "-1", "x"]),
    "send_timeout": ("0.5", ["0", "-1", "x"]),
    "max_body_bytes": ("1", ["0", "-1", "1.5", "32MB"]),
    "upload_budget": ("1000000000", ["0", "-1", "x"]),
    "formats": ("tiff,png", ["", " , ", "png,jpg", "png jpeg", "*"]),
    "picture_memory": ("1", ["0", "-1", "x"]),
    "max_source_pixels": ("1", ["0", "-1", "x"]),
    "max_output_pixels": ("1", ["0", "-1", "x"]),
    "max_side": ("1", ["0", "-1", "x"]),
    "max_items": ("1", ["0", "-1", "x"]),
    "max_batch_pixels": ("1", ["0", "-1", "x"]),
    "max_map_pixels": ("1", ["0", "-1", "x"]),
    "max_held_pixels": ("1", ["0", "-1", "x"]),
    "processes": ("1", ["0", "-1", "x"]),
    "workers": ("1", ["0", "-1", "x"]),
    "queue": ("0", ["-1", "x"]),
    "queue_work": ("0", ["-1", "x"]),
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
    assert Settings().model_dump(exclude={"processes", "workers", "picture_memory"}) == {
        "host": "127.0.0.1",
        "port": 8000,
        "log_level": "info",
        "log_format": "json",
        "shutdown_notice": 0,
        "shutdown_grace": 25,
        "tokens": (),
        "token_pages": ("api", "metrics"),
        "cors_origins": (),
        "deadline": 30,
        "upload_timeout": 20,
        "send_timeout": 20,
        "max_body_bytes": 33_554_432,
        "upload_budget": 268_435_456,
        "formats": ("png", "jpeg", "webp", "bmp", "gif"),
        "max_source_pixels": 50_000_000,
        "max_output_pixels": 50_000_000,
        "max_side": 16_384,
        "max_items": 64,
        "max_batch_pixels": 800_000_000,
        "max_map_pixels": 4_000_000,
        "max_held_pixels": 100_000_000,
        "queue": 32,
        "queue_work": 1_000_000_000,
        "retry_after": 1,
        "cache_dir": "",
    }


def test_there_are_as_many_workers_as_processors_that_may_be_used():
    assert Settings().workers == usable_processors()


@pytest.mark.parametrize(
    ("processors", "mebibytes", "processes"), [(1, 9999, 1), (4, 9999, 4), (4, 1024, 4), (4, 1023, 3), (64, 100, 1)]
)
def test_there_are_as_many_processes_as_processors_if_the_memory_is_enough(
    monkeypatch, processors, mebibytes, processes
):
    monkeypatch.setattr(subject, "usable_processors", lambda: processors)
    monkeypatch.setattr(subject, "usable_memory", lambda: mebibytes << 20)
    assert Settings().processes == Settings(workers=64).serving_processes == processes


@pytest.mark.parametrize(
    ("processes", "workers", "serving"), [(1, 1, 1), (1, 8, 1), (8, 8, 8), (8, 3, 3), (8, 1, 1), (3, 8, 3)]
)
def test_no_process_is_without_a_worker(processes, workers, serving):
    settings = Settings(processes=processes, workers=workers)
    assert settings.serving_processes == serving
    shares = [settings.share(index).workers for index in range(serving)]
    assert sum(shares) == workers
    assert 1 <= min(shares) <= max(shares) <= min(shares) + 1


def test_the_queue_is_shared_out_evenly():
    settings = Settings(processes=3, workers=3, queue=5)
    assert [settings.share(index).queue for index in range(3)] == [2, 2, 1]
    assert [settings.model_copy(update={"queue": 0}).share(index).queue for index in range(3)] == [0, 0, 0]


def test_each_process_can_take_the_longest_body():
    settings = Settings(processes=4, workers=4, max_body_bytes=30, upload_budget=200)
    assert [settings.share(index).upload_budget for index in range(4)] == [50] * 4
    settings = settings.model_copy(update={"max_body_bytes": 60})
    assert [settings.share(index).upload_budget for index in range(4)] == [60] * 4


def test_half_of_the_memory_is_for_pictures_and_shared_out(monkeypatch):
    monkeypatch.setattr(subject, "usable_memory", lambda: 1001)
    settings = Settings(processes=2, workers=2)
    assert settings.picture_memory == 500
    assert [settings.share(index).picture_memory for index in range(2)] == [250, 250]
    assert [settings.share(index).queue_work for index in range(2)] == [500_000_000] * 2


@pytest.mark.parametrize("written", ["", " ", ","])
def test_an_empty_list_is_empty(monkeypatch, written):
    monkeypatch.setenv("GRIDWARP_TOKENS", written)
    monkeypatch.setenv("GRIDWARP_CORS_ORIGINS", written)
    assert (Settings().tokens, Settings().cors_origins) == ((), ())


def test_tokens_are_not_shown():
    assert SECRET not in repr(Settings(tokens=(SECRET,)))


def test_nothing_else_is_shared_out():
    settings = Settings(processes=2, workers=2)
    shared = {"workers", "queue", "queue_work", "picture_memory", "upload_budget"}
    assert settings.share(1).model_dump(exclude=shared) == settings.model_dump(exclude=shared)
    assert Settings(processes=1).share(0) == Settings(processes=1)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_setting_is_read_from_its_variable(monkeypatch, name):
    value, _ = BOUNDS[name]
    before = getattr(Settings(), name)
    monkeypatch.setenv(f"GRIDWARP_{name.upper()}", value)
    read = getattr(Settings(), name)
    if isinstance(before, tuple):
        assert [entry if isinstance(entry, str) else entry.get_secret_value() for entry in read] == value.split(",")
    else:
        assert read == type(before)(value)
    if name not in {"processes", "workers"}:  # of which this machine may have one
        assert getattr(Settings(), name) != before


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, (_, all_wrong) in BOUNDS.items() for wrong in all_wrong]
)
def test_a_setting_out_of_bounds_is_refused(monkeypatch, name, wrong):
    monkeypatch.setenv(f"GRIDWARP_{name.upper()}", wrong)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert {error["loc"][0] for error in caught.value.errors()} == {name}


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("png,jpg", "format 2 is unknown; did you mean 'jpeg'? choose from png, jpeg, webp, bmp, gif, tiff, avif"),
        ("secret", "format 1 is unknown; choose from png"),
        (" ,", "name at least one format"),
    ],
)
def test_a_format_that_cannot_be_is_explained(monkeypatch, listed, said):
    monkeypatch.setenv("GRIDWARP_FORMATS", listed)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert said in caught.value.errors()[0]["msg"]
    assert "secret" not in caught.value.errors()[0]["msg"]


def test_avif_needs_a_pillow_that_has_it(monkeypatch):
    monkeypatch.setenv("GRIDWARP_FORMATS", "png,avif")
    assert Settings().formats == ("png", "avif")
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    with pytest.raises(ValidationError, match="this installation's Pillow is built without avif"):
        Settings()
    monkeypatch.setenv("GRIDWARP_FORMATS", "png,tiff")
    assert Settings().formats == ("png", "tiff")


def test_formats_are_listed_as_people_list_them(monkeypatch):
    monkeypatch.setenv("GRIDWARP_FORMATS", "tiff, PNG,tiff,")
    assert Settings().formats == ("tiff", "png")


def test_formats_can_be_given_as_code_lists_them():
    assert Settings(formats=("gif", "png")).formats == ("gif", "png")
    with pytest.raises(ValidationError, match="format 1 is unknown"):
        Settings(formats=["jpg"])


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
