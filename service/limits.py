"""The limits of the service as clients read them: those of the settings that concern whoever sends requests."""

from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from service.settings import Settings

NAMES = (
    "formats",
    "max_body_bytes",
    "max_source_pixels",
    "max_output_pixels",
    "max_side",
    "max_items",
    "max_batch_pixels",
    "max_map_pixels",
    "max_held_pixels",
    "deadline",
    "upload_timeout",
    "send_timeout",
    "retry_after",
)

_FIELDS: dict[str, Any] = {
    name: (Settings.model_fields[name].annotation, Settings.model_fields[name]) for name in NAMES
}
_USUAL = {name: field.default for name, (_, field) in _FIELDS.items()}
Limits: type[BaseModel] = create_model(
    "Limits",
    __config__=ConfigDict(extra="forbid", json_schema_extra={"examples": [_USUAL]}),
    __doc__="What a request has to keep; the example is what holds if nobody says otherwise.",
    **_FIELDS,
)


def limits_of(settings: Settings) -> dict[str, Any]:
    """Give each limit by its name; it is the setting `GRIDWARP_` and the name in capitals."""
    return {name: getattr(settings, name) for name in NAMES}
