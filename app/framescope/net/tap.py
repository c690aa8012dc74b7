"""How is a connection watched? The driver tells a tap everything that has a time, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from framescope.engine.events import Event


@dataclass(frozen=True, slots=True)
class PhaseReport:
    """A step of connecting. `phase`: dns, tcp, proxy, tls, upgrade; `change`: began, done, failed."""

    phase: str
    change: str
    text: str = ""  #: addresses tried, or what went wrong, in plain words
    peer: str = ""  #: "127.0.0.1:9001", with tcp done
    tls_version: str = ""  #: "TLSv1.3", with tls done
    tls_cipher: str = ""
    advice: str = ""  #: with failed: what the person can do


class Tap(Protocol):
    """What a recorder implements. Times are monotonic ns; calls never block and never raise."""

    def phase(self, report: PhaseReport, time_ns: int) -> None:
        """A connecting step began, was done or failed."""

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None:
        """Bytes were read (with the kernel's receive time, 0 if unknown) or accepted by the kernel."""

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        """What the engine reported, after the bytes that caused it."""

    def gauge(self, name: str, value: int, time_ns: int) -> None:
        """A measurement, at most 10 a second each.

        "send_buffer" (B); "reading_paused" (1 while the socket is left unread, else 0); meanwhile "receive_queue"
        (messages that the application has not taken). When a pong's deadline passes, where TCP can tell:
        "unacknowledged" (B), "since_ack" (ms since the other end's TCP acknowledged something) and "retries"
        (times that the kernel sent the same again since).
        """

    def lost(self, error: str, time_ns: int) -> None:
        """The stream broke with this error of the operating system, before the `Ended` event."""

    def flush(self) -> None:
        """A batch is over: what was told may be written out."""


class NoTap:
    """Watches nothing."""

    def phase(self, report: PhaseReport, time_ns: int) -> None: ...

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None: ...

    def events(self, events: Sequence[Event], time_ns: int) -> None: ...

    def gauge(self, name: str, value: int, time_ns: int) -> None: ...

    def lost(self, error: str, time_ns: int) -> None: ...

    def flush(self) -> None: ...
