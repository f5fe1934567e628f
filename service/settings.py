"""Every limit and address of the service, from environment variables GRIDWARP_..."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.processors import usable_processors

MEBI = 1 << 20


class Settings(BaseSettings):
    """The settings; each field is read from GRIDWARP_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GRIDWARP_", frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")
    shutdown_grace: float = Field(25, ge=0, description="seconds that running requests have to finish on shutdown")

    max_body_bytes: int = Field(32 * MEBI, ge=1, description="bytes of one request's body")
    upload_budget: int = Field(256 * MEBI, ge=1, description="bytes of all bodies being read or decoded at once")
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

    workers: int = Field(default_factory=usable_processors, ge=1, description="requests decoded and warped at once")
    queue: int = Field(32, ge=0, description="requests that may wait for a worker; more get 503")
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
