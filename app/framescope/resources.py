"""Where are the shipped files? Beside the source in a checkout, inside the package when installed."""

from __future__ import annotations

from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. `resource("icons", "icons.json")`."""
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    base = installed if installed.is_dir() else package.parent.parent / "resources"
    return base.joinpath(*parts)
