"""How does a line reach whoever reads our output? At once, and without a fuss when it cannot."""

from __future__ import annotations

import os
import sys


class NobodyReads(Exception):
    """Whoever read our lines has left, as `head` does."""


class OutputLost(Exception):
    """Our lines cannot be written where they should go: a disk is full."""


def to_stdout(line: str) -> None:
    """Print a line at once, so that a pipe sees it when it happens. Raises `NobodyReads` and `OutputLost`."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise NobodyReads from error
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def give_up_stdout() -> None:
    """Let what is left of our output go nowhere: at its exit Python flushes once more, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
