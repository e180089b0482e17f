"""Which members are worth comparing: those that share the rarest keys with a candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from math import log2

from ats_sync.identity.keys import HEAVY

# Five are shown at most, and a few seem nearer than they are. On the development world eight cover
# .9936 of the candidates that have a member, all pairs .9953, at a third of the cost.
MOST_COMPARED = 8
_BITS = [0.0, *(log2(2 * HEAVY / holders) for holders in range(1, HEAVY + 1))]


def nearest(held: Iterable[Sequence[int]], most: int = MOST_COMPARED) -> list[int]:
    """The members that share most, by the rarity of what they share; in the order of their ids.

    Args:
        held: for each key of the candidate, the ids of the members that hold it. Keys of more
            than `HEAVY` holders say too little and are passed over.
        most: how many to keep at most.
    """
    bits: dict[int, float] = defaultdict(float)
    for holders in held:
        if len(holders) <= HEAVY:
            worth = _BITS[len(holders)]
            for member in holders:
                bits[member] += worth
    if len(bits) <= most:
        return sorted(bits)
    return sorted(nlargest(most, bits, key=lambda member: (bits[member], -member)))
