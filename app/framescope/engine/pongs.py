"""What happens to a ping of the peer? It is answered, answered late, or swallowed."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

#: So many answers may be owed under a delay; a peer that floods us with pings gets the latest (RFC 6455 5.5.3).
OWED = 1024


class PongPolicy(NamedTuple):
    """`policy`: "answer", "delay" (by `delay` seconds) or "swallow".

    `pattern`: delays (s) for one ping after the other, again and again, in place of `delay`.
    """

    policy: str = "answer"
    delay: float = 0.0
    pattern: tuple[float, ...] = ()

    def delay_of(self, count: int) -> float:
        """The delay for the ping that comes after `count` others, in seconds."""
        if self.policy != "delay":
            return 0.0
        return self.pattern[count % len(self.pattern)] if self.pattern else self.delay


class Pongs:
    """The pongs that are owed, oldest first."""

    def __init__(self, policy: PongPolicy) -> None:
        self.policy = policy
        self._owed: deque[tuple[float, bytes]] = deque(maxlen=OWED)
        self._count = 0

    def pinged(self, payload: bytes, now: float) -> None:
        """Note a ping of the peer."""
        if self.policy.policy != "swallow":
            self._owed.append((now + self.policy.delay_of(self._count), payload))
            self._count += 1

    def due(self, now: float) -> list[bytes]:
        """Return the payloads to be answered now, in the order of the pings."""
        payloads = []
        while self._owed and self._owed[0][0] <= now:
            payloads.append(self._owed.popleft()[1])
        return payloads

    @property
    def next(self) -> float | None:
        """When the next owed pong leaves."""
        return self._owed[0][0] if self._owed else None

    def clear(self) -> None:
        """Owe nothing any more."""
        self._owed.clear()
