"""The knobs and limits of a connection: names, units, ranges, defaults, and when each applies."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields

#: Seconds a typed knob value may take; None (no limit, or no pings) is always allowed.
SMALLEST = 0.001
LARGEST = 86400.0


@dataclass(frozen=True, slots=True)
class Knob:
    """One timeout that a person can turn while the connection lives. Values are seconds."""

    name: str
    default: float
    idle: str  #: what it does, for a face that has nothing to count down
    none: str  #: what None means
    applies: str  #: when a new value takes effect


#: RFC 6455 names no timeouts; names, meaning and defaults are those of `websockets`' asyncio API.
KNOBS = (
    Knob(
        "open_timeout",
        10.0,
        "how long to wait for OPEN",
        "waits without limit",
        "moves the running deadline while CONNECTING, otherwise the next connect",
    ),
    Knob(
        "ping_interval",
        20.0,
        "time between pings",
        "sends no pings",
        "at once: next ping = max(now, last ping or opening + value)",
    ),
    Knob(
        "ping_timeout",
        20.0,
        "time to wait for a pong",
        "waits for pongs without limit",
        "to pings sent from now on; a ping in flight keeps its deadline",
    ),
    Knob(
        "close_timeout",
        10.0,
        "time to wait for Close",
        "waits without limit",
        "moves the running deadline while CLOSING, otherwise the next close",
    ),
)
KNOB_NAMES = tuple(knob.name for knob in KNOBS)


@dataclass(slots=True)
class Timeouts:
    """The four knobs' values in seconds; None as `Knob.none` says."""

    open_timeout: float | None = 10.0
    ping_interval: float | None = 20.0
    ping_timeout: float | None = 20.0
    close_timeout: float | None = 10.0

    def __post_init__(self) -> None:
        for field in fields(self):
            check_knob(field.name, getattr(self, field.name))


#: RFC 6455 5.5.3 lets an endpoint answer the latest ping only; up to this many frames may wait before it does.
PONG_LIMIT = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer may cost us; sizes in bytes. None means no limit.

    The defaults are those of RELIABILITY: a message of 64 MiB in memory, and 131,072 fragments, because
    Autobahn's case 9.3.1 needs 65,536. `framescope.connect` passes `websockets`' 1 MiB instead.
    """

    max_message: int | None = 64 * 1024 * 1024
    max_inflated: int | None = None  #: of a compressed message, after inflating, where that is less than max_message
    max_fragment: int | None = None  #: of one frame's payload, after inflating
    max_fragments: int = 131_072
    max_line: int = 8 * 1024
    max_headers: int = 128
    max_head: int = 64 * 1024
    max_error_body: int = 1024 * 1024
    max_pongs: int = PONG_LIMIT  #: control frames of ours that wait before a pong takes the place of the one before
    max_ping_rate: int | None = 1000  #: pings of the peer in a second; a flood is told, and goes on


class BadKnob(ValueError):
    """A knob value that cannot be, in words for the person who typed it."""


def check_knob(name: str, value: float | None) -> None:
    """Raise `BadKnob` unless `value` (s) is one that the knob `name` can take."""
    if name not in KNOB_NAMES:
        raise BadKnob(f"there is no knob called {name}")
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        raise BadKnob(f"{name} is a number of seconds or None, not {value!r}")
    if not SMALLEST <= value <= LARGEST:
        raise BadKnob(f"{name} can be {SMALLEST:g} to {LARGEST:g} s, not {value:g} s")


_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(ms|s|m|h|)")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}


def parse_duration(text: str) -> float | None:
    """Read what a person typed, "1.5", "200ms", "2m", "none", as seconds or None."""
    cleaned = text.strip().lower().replace(",", ".")
    if cleaned in ("none", "∞", "off"):
        return None
    match = _DURATION.fullmatch(cleaned)
    if match is None:
        raise BadKnob(f"“{text.strip()}” is not a time: write 1.5, 200ms, 2m or none")
    return float(match[1]) * _SECONDS[match[2]]


def format_duration(seconds: float | None) -> str:
    """Write a knob's value the way Python source would: 20, 0.5, None."""
    return "None" if seconds is None else f"{seconds:.10g}"
