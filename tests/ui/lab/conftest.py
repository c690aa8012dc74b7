"""What do the lab's tests share? The shipped lessons by name, and a page with a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.progress import Progress
from framescope.ui.lab.lab_page import LabPage
from framescope.ui.theme import Look
from helpers.shipped_lessons import all_lessons


@pytest.fixture(scope="session")
def lessons() -> dict[str, Lesson]:
    """The shipped lessons."""
    return {lesson.name: lesson for lesson in all_lessons()}


@pytest.fixture
def page(look: Look, lessons: dict[str, Lesson], tmp_path: Path, shown: Callable[..., Any]) -> Iterator[LabPage]:
    """The lab as it is opened for the first time, on the screen."""
    page = LabPage(look, list(lessons.values()), Progress(tmp_path / "lessons.json"), lambda: tmp_path / "captures")
    page.resize(1440, 850)
    shown(page)
    yield page
    page.library.stop()
    page.player.pause()
