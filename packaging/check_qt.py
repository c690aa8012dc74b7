"""Can Qt start here? Says on one line which system library is missing: check_qt.py offscreen|xcb|wayland."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path


def missing(platform: str) -> str:
    """Load QtWidgets and the platform's plugin as Qt would; return what the system said, or nothing.

    Loading the plugin's file needs no screen, and unlike Qt's own message it names the library that is missing.
    """
    try:
        import PySide6.QtWidgets
    except ImportError as error:
        return str(error)
    plugins = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
    plugin = plugins / f"libq{platform}.so"
    try:
        if plugin.exists():
            ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error)
    return ""


def main() -> int:
    """Check the platform named on the command line."""
    reason = missing(sys.argv[1]) if sys.platform == "linux" else ""
    if reason:
        sys.stdout.write(f"framescope: Qt cannot start yet: {reason}\n")
    return int(bool(reason))


if __name__ == "__main__":
    sys.exit(main())
