"""What does meta.json say? Which format the capture has, who wrote it and when it began."""

from __future__ import annotations

import time

import msgspec

from framescope import __version__
from framescope.capture.clock import Clock
from framescope.capture.records import FORMAT_VERSION


class Meta(msgspec.Struct, frozen=True):
    """The content of meta.json. Version 0 stands for a capture that does not say."""

    version: int = 0
    program: str = ""
    created: str = ""  #: wall time of the beginning, ISO 8601, UTC


def meta_now(clock: Clock) -> Meta:
    """Describe a capture that begins now."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock.realtime_ns() // 1_000_000_000))
    return Meta(FORMAT_VERSION, f"framescope {__version__}", created)
