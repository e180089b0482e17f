"""What happens when the database refuses a batch whose records all looked good.

Everything that is known to be wrong is refused record by record before anything is written, and
the good rest is written at once. Should the database refuse it nevertheless, for a rule that we
did not foresee, the records are tried one by one, so that the odd one harms no neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import DataError, IntegrityError

from ats_sync.restli.items import Item

Record = TypeVar("Record")
Outcome = TypeVar("Outcome")

log = structlog.get_logger(__name__)


def all_or_each(
    pairs: Sequence[tuple[Item, Record]], write: Callable[[list[Record]], Outcome]
) -> list[Outcome]:
    """Write records at once, or one by one when the database refuses one of them.

    Args:
        pairs: the good records of a request with their items, of which those that are refused
            now get an error of 400.
        write: stores some of them in a transaction of its own.

    Returns:
        What `write` returned, once or for each record that was stored.
    """
    if not pairs:
        return []
    try:
        return [write([record for _, record in pairs])]
    except (DataError, IntegrityError) as error:
        # Never its text: a database quotes people's data in it.
        log.warning("batch_refused", records=len(pairs), error=type(error).__name__)
    stored = []
    for item, record in pairs:
        try:
            stored.append(write([record]))
        except (DataError, IntegrityError):
            item.fail(400, "/ :: holds a value that cannot be stored")
    return stored
