"""Where do captures lie? One private folder each, named by when it began, below one base folder."""

from __future__ import annotations

import re
import time
from itertools import count
from pathlib import Path

_HINT_LENGTH = 48


def make_private(folder: Path) -> None:
    """Create `folder`, and every folder above it that is missing, for this user only. OSError if impossible."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)


def new_capture_folder(base: Path, hint: str = "", *, realtime_ns: int | None = None) -> Path:
    """Create a folder like "2026-01-31T12-30-05Z localhost-9001" below `base` and return it.

    `hint` may come from an address; what a file name cannot hold everywhere becomes "-".
    """
    make_private(base)
    seconds = (time.time_ns() if realtime_ns is None else realtime_ns) // 1_000_000_000
    # UTC: names sort by time, also across a change of time zone or to summer time.
    name = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(seconds))
    words = re.sub(r"[^A-Za-z0-9._]+", "-", hint).strip("-.")[:_HINT_LENGTH].rstrip("-.")
    if words:
        name += f" {words}"
    for number in count(1):
        path = base / (name if number == 1 else f"{name} {number}")
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return path
    raise AssertionError("count() ended")


def list_recent(base: Path, limit: int = 20) -> list[Path]:
    """Return up to `limit` capture folders below `base`, newest first; none when there is no `base`."""
    try:
        captures = [path for path in base.iterdir() if (path / "index").is_file()]
    except OSError:
        return []
    return sorted(captures, key=lambda path: path.name, reverse=True)[:limit]
