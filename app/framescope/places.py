"""Where do this user's captures, lessons, progress and logs lie? In the platform's own folders, private to the user."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def captures_folder() -> Path:
    """The folder below which every recording gets one of its own."""
    return platformdirs.user_data_path("framescope", appauthor=False) / "captures"


def progress_file() -> Path:
    """Which of the lab's lessons this user has finished."""
    return platformdirs.user_data_path("framescope", appauthor=False) / "lessons.json"


def lessons_folder() -> Path:
    """The lessons that this user wrote, or got from somebody."""
    return platformdirs.user_data_path("framescope", appauthor=False) / "lessons"


def crash_log_file() -> Path:
    """The log of what went wrong in the program itself."""
    return platformdirs.user_log_path("framescope", appauthor=False) / "framescope.log"
