"""Which lessons are shipped? All of them, in order; one that is broken raises."""

from __future__ import annotations

from framescope.lab.lesson import Lesson
from framescope.lab.lessons import read_lesson
from framescope.resources import resource


def all_lessons() -> list[Lesson]:
    """Read every shipped lesson."""
    return sorted(map(read_lesson, resource("lessons").glob("*.toml")), key=lambda lesson: lesson.number)
