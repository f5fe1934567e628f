"""The log, on stderr."""

import logging


def set_up_log(level: str) -> None:
    """Let the service's own messages through from a level on, and those of others from warnings on; one format for all.

    Args:
        level: as the setting log_level.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("gridwarp").setLevel(level.upper())
