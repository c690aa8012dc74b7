"""Where do this user's captures and logs lie? In the platform's own folders, private to the user."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def captures_folder() -> Path:
    """The folder below which every recording gets one of its own."""
    return platformdirs.user_data_path("framescope", appauthor=False) / "captures"


def crash_log_file() -> Path:
    """The log of what went wrong in the program itself."""
    return platformdirs.user_log_path("framescope", appauthor=False) / "framescope.log"
