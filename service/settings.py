"""Every limit and address of the service, from environment variables GRIDWARP_..."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.admission import Bounds
from service.formats import MEDIA_TYPES, USUAL, read_names
from service.memory_limit import usable_memory
from service.processors import usable_processors

Entry = TypeVar("Entry")

MEBI = 1 << 20

ROOM_OF_A_PROCESS = 256 * MEBI
"""What each process can be sure of by default; one that has nothing to do takes some 100 MB of its own."""


def usual_processes() -> int:
    """Give as many processes as there are processors, or as there is room for in memory."""
    return max(1, min(usable_processors(), usable_memory() // ROOM_OF_A_PROCESS))


def _names(listed: str | Sequence[str]) -> tuple[str, ...]:
    """Read the formats as they stand in the variable, or as code lists them."""
    return read_names(listed if isinstance(listed, str) else ",".join(listed))


def usual_picture_memory() -> int:
    """Give half of the memory there is: uploads, answers and the service itself have the rest."""
    return usable_memory() // 2


def _split(written: object) -> object:
    """Read a list as people write it in an environment variable."""
    return [entry.strip() for entry in written.split(",") if entry.strip()] if isinstance(written, str) else written


CommaSeparated = Annotated[tuple[Entry, ...], NoDecode, BeforeValidator(_split)]

Token = Annotated[SecretStr, Field(min_length=16, max_length=512)]
Origin = Annotated[str, StringConstraints(pattern=r"^(\*|https?://[^/?#\s,]+)\z")]


class Settings(BaseSettings):
    """The settings; each field is read from GRIDWARP_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GRIDWARP_", frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")
    log_format: Literal["json", "text"] = Field("json", description="json or text: how a line of the log is written")
    shutdown_notice: float = Field(
        0, ge=0, description="seconds on shutdown in which /readyz already says so, and all is still taken"
    )
    shutdown_grace: float = Field(25, ge=0, description="seconds that running requests have to finish on shutdown")

    tokens: CommaSeparated[Token] = Field(
        (),
        description="bearer tokens, separated by commas, of 16 characters or more; none: all addresses are open",
    )
    token_pages: CommaSeparated[Literal["api", "docs", "metrics"]] = Field(
        ("api", "metrics"), description="what needs a token if there are any: api, docs, metrics"
    )
    cors_origins: CommaSeparated[Origin] = Field(
        (), description="origins, separated by commas, whose pages may read the answers; * is all"
    )

    deadline: float = Field(
        30,
        gt=0,
        description="seconds that a result may take, from the request's last byte or the result before it on, beside "
        "what its client takes to read",
    )
    upload_timeout: float = Field(
        20, gt=0, description="seconds that a body may be late; it has to come with 64 KiB a second"
    )
    send_timeout: float = Field(
        20, gt=0, description="seconds that a client may be late who reads an answer; it has to go with 64 KiB a second"
    )

    max_body_bytes: int = Field(32 * MEBI, ge=1, description="bytes of one request's body")
    upload_budget: int = Field(
        256 * MEBI,
        ge=1,
        description="bytes of all bodies being read or decoded at once, shared out to the processes",
    )
    formats: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        USUAL,
        description=f"formats of pictures that are read, with commas between, of {', '.join(MEDIA_TYPES)}",
    )
    picture_memory: int = Field(
        default_factory=usual_picture_memory,
        ge=1,
        description="bytes of all pictures being warped at once, as predicted, shared out to the processes; a request "
        "that needs more than a share is warped alone",
    )
    max_source_pixels: int = Field(50_000_000, ge=1, description="pixels of a source picture")
    max_output_pixels: int = Field(50_000_000, ge=1, description="pixels of an output picture")
    max_side: int = Field(16384, ge=1, description="pixels of one side of a source or output picture")
    max_items: int = Field(64, ge=1, description="results of one request")
    max_batch_pixels: int = Field(
        800_000_000, ge=1, description="pixels of all source and output pictures of one request"
    )
    max_map_pixels: int = Field(
        4_000_000, ge=1, description="pixels of all displacement maps of one request; 8 bytes of memory each"
    )
    max_held_pixels: int = Field(
        100_000_000,
        ge=1,
        description="pixels held at once: of all sources with on_error=fail, of all outputs over HTTP/1.0",
    )

    processes: int = Field(
        default_factory=usual_processes,
        ge=1,
        description="processes that serve, no more than workers; the default is less if there are not 256 MiB for each",
    )
    workers: int = Field(
        default_factory=usable_processors,
        ge=1,
        description="requests decoded and warped at once, shared out to the processes",
    )
    queue: int = Field(
        32, ge=0, description="requests that may wait for a worker, shared out to the processes; more get 503"
    )
    queue_work: int = Field(
        1_000_000_000,
        ge=0,
        description="work of all requests that wait (pixels of sources, and source pixels read for outputs), shared "
        "out to the processes; one that waits alone may bring more",
    )
    retry_after: int = Field(
        1, ge=0, description="seconds that a refused client is told to wait at least, and at most three times as many"
    )
    cache_dir: str = Field(
        "",
        pattern="^(/.*)?$",
        description="folder, from / on, that keeps compiled code; empty: the user's, else the system's temporary one",
    )

    @model_validator(mode="after")
    def _budget_holds_a_body(self) -> Self:
        if self.upload_budget < self.max_body_bytes:
            raise ValueError("GRIDWARP_UPLOAD_BUDGET must be at least GRIDWARP_MAX_BODY_BYTES")
        return self

    @property
    def serving_processes(self) -> int:
        """How many processes there are: one without a worker would have nothing to do."""
        return min(self.processes, self.workers)

    def share(self, index: int) -> Self:
        """Give the settings of one process: what is shared out is as even as can be, and any body that may come fits.

        Args:
            index: which of the processes, from 0.
        """
        count = self.serving_processes

        def part(whole: int) -> int:
            return whole // count + (index < whole % count)

        budget = max(self.max_body_bytes, self.upload_budget // count)
        shared = {name: part(getattr(self, name)) for name in ("workers", "queue", "queue_work", "picture_memory")}
        return self.model_copy(update=shared | {"upload_budget": budget})

    @property
    def bounds(self) -> Bounds:
        """What the workers may do at once."""
        return Bounds(self.workers, self.queue, self.queue_work, self.picture_memory)
