"""How processes that live long look for rubbish: servers, workers, those that share a re-match."""

from __future__ import annotations

import gc


def spare_what_stays(**_: object) -> None:
    """What is loaded by now stays: no collection need look at it again, and forks share it.

    A request makes and drops objects by the thousand. To look the young ones through at every 700
    finds nothing, and took a twentieth of a push and a seventh of a re-match.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
