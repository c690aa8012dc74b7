"""How is this connection ending? The Close frames that passed, and what came first."""

from __future__ import annotations

from framescope.engine.close import ABNORMAL, Close, ConnectionClosed, closed_exception
from framescope.engine.events import Ended, Ending, Which


class Closure:
    """Collects the facts of an end, in the order in which they happen."""

    def __init__(self) -> None:
        self.received: Close | None = None
        self.sent: Close | None = None
        self._received_first = False
        self.has_failed = False  #: this side gave up
        self.is_deaf = False  #: it did, or the peer has said Close: what comes later changes nothing
        self._cause: Ending | None = None
        self._which: Which | None = None
        self._by_peer = False
        self._refusal: Exception | None = None
        self.is_told = False  #: the last event was written

    def close_received(self, close: Close) -> None:
        """The peer's Close counts unless this side failed the connection before."""
        self.received = close
        self.is_deaf = True
        self._received_first = self.sent is None

    def cause(self, ending: Ending, *, by_peer: bool, which: Which | None = None) -> None:
        """Note what began the end; what came first stays, a deadline is added to it."""
        if self._cause is None:
            self._cause, self._by_peer = ending, by_peer
        if self._which is None:
            self._which = which

    def refused(self, error: Exception) -> None:
        """The opening handshake failed with `error`."""
        self._refusal = error

    @property
    def is_complete(self) -> bool:
        """Tell whether both Close frames passed."""
        return self.received is not None and self.sent is not None

    def exception(self) -> ConnectionClosed:
        """Build what `recv()` raises."""
        both = self._received_first if self.is_complete else None
        return closed_exception(self.received, self.sent, both)

    @property
    def code(self) -> int:
        """`close_code`: that of the Close received, 1006 without one (RFC 6455 7.1.5)."""
        return ABNORMAL if self.received is None else self.received.code

    def ended(self) -> Ended:
        """Write the last event."""
        self.is_told = True
        error: Exception = self._refusal or self.exception()
        ending = self._cause or Ending.ABORTED
        if self.is_complete and not self.has_failed:
            ending = Ending.CLOSE_FRAMES
        reason = "" if self.received is None else self.received.reason
        by_peer = self._received_first if ending is Ending.CLOSE_FRAMES else self._by_peer
        name = type(error).__name__
        return Ended(ending, name, str(error), self.code, reason, self.received, self.sent, self._which, by_peer)
