"""Does the peer send more pings than anybody needs? Counted over the last second, and told once a second."""

from __future__ import annotations

from collections import deque


class PingRate:
    """The pings of the last second. No ping is refused: each is answered, or the latest (RFC 6455 5.5.3)."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._times: deque[float] = deque(maxlen=None if limit is None else limit + 1)
        self._told = float("-inf")

    def is_flood(self, now: float) -> bool:
        """Note a ping at `now` (monotonic seconds); tell whether a flood is to be told of."""
        limit, times = self._limit, self._times
        if limit is None:
            return False
        times.append(now)
        if len(times) <= limit or now - times[0] >= 1.0 or now - self._told < 1.0:
            return False
        self._told = now
        return True
