"""What the portal does about events of any room. Each runs once, in one transaction with the mark that it was done."""

from __future__ import annotations

import logging

from portal.kernel.models import Event

logger = logging.getLogger(__name__)


def ingestion_finished(event: Event) -> None:
    """One line in the operators' log: a failed intake leaves the old state standing, and nobody looks at its page."""
    told = event.payload
    if told["state"] == "failed":
        logger.warning("run %s of source %s failed; its page has the reason", told["run"], told["source"])
    else:
        logger.info("run %s of source %s: %s", told["run"], told["source"], told["figures"])
