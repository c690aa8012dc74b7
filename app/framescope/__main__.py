"""Which front end is meant? A sub-command is the command line's, everything else opens the window."""

from __future__ import annotations

import os
import re
import sys
from difflib import get_close_matches

COMMANDS = ("connect", "serve", "frames", "why", "whatif", "lesson", "probe")


def main() -> int:
    """Run Framescope with the process's arguments; return the exit code."""
    _open_what_is_closed()
    arguments = sys.argv[1:]
    meant = _nearly_a_command(arguments[0]) if arguments else ""
    if meant:
        sys.stderr.write(f"framescope: there is no command {arguments[0]}; did you mean {meant}?\n")
        return 2
    try:
        if arguments and arguments[0] in COMMANDS:
            from framescope.cli import main as run
        else:
            from framescope.gui import main as run
        return run(arguments)
    except KeyboardInterrupt:  # before the front end had its own way to end
        return 130


def _open_what_is_closed() -> None:
    """Give a program that was started without output, as on `>&-`, one that goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def _nearly_a_command(word: str) -> str:
    """Return the command that a mistyped word is near to; "" where it may be an address."""
    if word in COMMANDS or not re.fullmatch("[a-z]+", word):
        return ""
    return next(iter(get_close_matches(word, COMMANDS, n=1, cutoff=0.8)), "")


if __name__ == "__main__":
    sys.exit(main())
