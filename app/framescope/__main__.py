"""Which front end is meant? A sub-command is the command line's, everything else opens the window."""

from __future__ import annotations

import sys

COMMANDS = ("connect", "serve", "frames", "why", "whatif", "lesson", "probe")


def main() -> int:
    """Run Framescope with the process's arguments; return the exit code."""
    arguments = sys.argv[1:]
    try:
        if arguments and arguments[0] in COMMANDS:
            from framescope.cli import main as run
        else:
            from framescope.gui import main as run
        return run(arguments)
    except KeyboardInterrupt:  # before the front end had its own way to end
        return 130


if __name__ == "__main__":
    sys.exit(main())
