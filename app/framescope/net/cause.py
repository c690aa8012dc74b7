"""Why did a connection end? The exception that `ConnectionClosed` has as its cause: what came first counts."""

from __future__ import annotations

import re

from framescope.engine.close import INVALID_DATA, TOO_BIG
from framescope.engine.errors import PayloadTooBig, ProtocolError, TooManyFragments, Violation
from framescope.engine.events import Ended, Ending, PartialFrame, Which
from framescope.engine.settings import Limits

_BAD_TEXT = re.compile(r"(.+) at position ([0-9]+)")


class Cause:
    """Collects what may have ended one connection."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cut = ""  # where the stream ended inside a frame
        self.error: BaseException | None = None

    def note(self, error: BaseException | None) -> None:
        """`error` ends the connection, unless something did before."""
        self.error = self.error or error

    def violated(self, violation: Violation) -> None:
        """The peer broke a rule or exceeded a limit."""
        self.note(self._named(violation))

    def cut(self, partial: PartialFrame) -> None:
        """The peer's stream ended inside a frame."""
        size = partial.frame.header_length + partial.frame.length
        self._cut = f"stream ended after {partial.available} of {size} bytes of a frame"

    def ended(self, event: Ended, lost: BaseException | None) -> None:
        """The connection is over; `lost` is what broke the stream."""
        self.note(lost)
        if event.which is Which.PONG:
            self.note(TimeoutError("timed out waiting for keepalive pong"))
        elif event.which is Which.CLOSE:
            self.note(TimeoutError("timed out while closing connection"))
        elif event.ending is Ending.FIN:
            self.note(EOFError(self._cut or "unexpected end of stream"))

    def _named(self, violation: Violation) -> Exception:
        """Return what `websockets` has as the cause."""
        bad_text = _BAD_TEXT.fullmatch(violation.reason) if violation.code == INVALID_DATA else None
        if bad_text is not None:
            start = int(bad_text[2])
            return UnicodeDecodeError("utf-8", b"", start, start + 1, bad_text[1])  # the bytes are not kept
        if violation.code != TOO_BIG:
            return ProtocolError(violation.reason)
        if violation.reason == "too many fragments":
            return TooManyFragments(self._limits.max_fragments)
        return PayloadTooBig(violation.reason)
