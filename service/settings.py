"""Every limit and address of the service, from environment variables GRIDWARP_..."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.formats import MEDIA_TYPES, USUAL, read_names
from service.memory_limit import usable_memory
from service.processors import usable_processors

MEBI = 1 << 20

ROOM_OF_A_PROCESS = 256 * MEBI
"""What each process can be sure of by default; one that has nothing to do takes some 100 MB of its own."""


def usual_processes() -> int:
    """Give as many processes as there are processors, or as there is room for in memory."""
    return max(1, min(usable_processors(), usable_memory() // ROOM_OF_A_PROCESS))


def _names(listed: str | Sequence[str]) -> tuple[str, ...]:
    """Read the formats as they stand in the variable, or as code lists them."""
    return read_names(listed if isinstance(listed, str) else ",".join(listed))


class Settings(BaseSettings):
    """The settings; each field is read from GRIDWARP_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GRIDWARP_", frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")
    shutdown_grace: float = Field(25, ge=0, description="seconds that running requests have to finish on shutdown")

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
    retry_after: int = Field(1, ge=0, description="seconds that a refused client is told to wait")
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
        return self.model_copy(
            update={"workers": part(self.workers), "queue": part(self.queue), "upload_budget": budget}
        )
