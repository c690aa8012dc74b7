"""How does a line reach whoever reads our output? At once, and without a fuss when nobody reads any more."""

from __future__ import annotations

import sys


class NobodyReads(Exception):
    """Whoever read our lines has left, as `head` does."""


def to_stdout(line: str) -> None:
    """Print a line at once, so that a pipe sees it when it happens. Raises `NobodyReads`."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise NobodyReads from error
