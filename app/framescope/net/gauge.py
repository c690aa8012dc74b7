"""When is a measurement worth telling? When it has changed, and ten times a second at most."""

from __future__ import annotations

from framescope.net.tap import Tap

INTERVAL_NS = 100_000_000


class Gauge:
    """One named value of one connection; it starts at 0."""

    def __init__(self, name: str, tap: Tap) -> None:
        self._name = name
        self._tap = tap
        self._told = 0
        self._told_ns: int | None = None

    def see(self, value: int, now_ns: int) -> int | None:
        """Tell `value` unless it is known; return when to ask again (ns) where it is too early."""
        if value == self._told:
            return None
        if self._told_ns is not None and now_ns < self._told_ns + INTERVAL_NS:
            return self._told_ns + INTERVAL_NS
        self._told, self._told_ns = value, now_ns
        self._tap.gauge(self._name, value, now_ns)
        return None
