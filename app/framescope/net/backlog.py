"""Does the peer's end still take what stands before a ping in the kernel? Told by what its TCP has acknowledged."""

from __future__ import annotations

import socket

from framescope.engine.keepalive import Ping
from framescope.net.tcp_info import tcp_info

#: Seconds between two looks, at most: a link that stops moving is found dead so much later at the most.
LONGEST_LOOK = 1.0
_LOOKS = 4  # within a ping_timeout, at least


class Backlog:
    """Looks at one socket while a ping of the keepalive is on its way to the peer's end.

    What a slow peer has not taken stands in the kernel's send buffer, megabytes of it, and a written ping
    behind it. Once the ping itself was acknowledged nothing is on its way: only the pong counts then.
    """

    def __init__(self) -> None:
        self.next: float | None = None  #: when to look again (s); None: nothing to see
        self._ping: Ping | None = None
        self._acknowledged = 0
        self._target: int | None = None  # what will be acknowledged when the ping has arrived

    def has_moved(self, sock: socket.socket, ping: Ping | None, now: float) -> bool:
        """Tell whether bytes before `ping`, the awaited one, were acknowledged since the last look."""
        if ping is self._ping and (self.next is None or (now < self.next and not self._is_just_written)):
            return False
        is_new, self._ping, self.next = ping is not self._ping, ping, None
        if ping is None or ping.timeout is None or (found := tcp_info(sock)) is None:
            return False
        acknowledged, waiting = found.acknowledged, found.waiting
        if is_new:
            self._acknowledged, self._target = acknowledged, None
        if self._target is None and ping.written is not None:
            self._target = acknowledged + waiting
        if self._target is not None and acknowledged >= self._target:
            return False
        self.next = now + min(LONGEST_LOOK, ping.timeout / _LOOKS)
        has_moved = acknowledged > self._acknowledged
        self._acknowledged = acknowledged
        return has_moved

    @property
    def _is_just_written(self) -> bool:
        return self._target is None and self._ping is not None and self._ping.written is not None
