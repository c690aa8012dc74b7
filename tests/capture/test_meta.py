"""meta.json."""

from __future__ import annotations

from framescope import __version__
from framescope.capture.meta import Meta, meta_now
from framescope.capture.records import FORMAT_VERSION
from helpers.captures import StillClock


def test_a_capture_says_its_version_its_program_and_its_wall_time() -> None:
    assert meta_now(StillClock(now=0).clock) == Meta(
        FORMAT_VERSION, f"framescope {__version__}", "2023-11-14T22:13:20Z"
    )


def test_a_capture_that_says_nothing_has_version_zero() -> None:
    assert Meta().version == 0
