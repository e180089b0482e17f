"""Sets that lose members as time goes by: who replied within a year, who was here this month."""

from __future__ import annotations

import numpy as np
from pyroaring import BitMap

from recruiter.search.bitmap.files import bitmap
from recruiter.search.bitmap.reading import NEVER


class Expiring:
    """Members and the time of something they did, in microseconds; NEVER for those who did not.

    A search asks for those since a time that lies a little later than at the search before, so
    only the few who dropped out in between are touched.
    """

    def __init__(self, times: np.ndarray, members: np.ndarray) -> None:
        did = times != NEVER
        order = np.argsort(times[did], kind="stable")
        self._times = times[did][order]
        self._members = members[did][order]
        self._first: int | None = None
        self._same = range(0)  # times at which the same are left
        self._left = BitMap()

    def since(self, time: int) -> BitMap:
        """Who did it at that time or later. Not to be changed."""
        if time in self._same:
            return self._left
        first = int(np.searchsorted(self._times, time))
        if self._first is None or first < self._first:
            self._left = bitmap(np.sort(self._members[first:]))
        elif first > self._first:
            self._left = self._left - bitmap(np.sort(self._members[self._first : first]))
        self._first = first
        until = int(self._times[first]) if first < len(self._times) else time
        self._same = range(time, until + 1)
        return self._left
