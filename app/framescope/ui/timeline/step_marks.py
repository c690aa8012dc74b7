"""Where do the numbers of a diagnosis' steps stand? Beside their marks, and never on each other; Qt-free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

RADIUS = 7.5
_APART = 2 * RADIUS + 1.0
_DOWN = 23.0  #: px from a mark to the number above or below it
_ACROSS = 13.0  #: px from a line to the number beside it


class StepMark(NamedTuple):
    """A step of a diagnosis; `row` is its row in the table, None where it has none."""

    number: int
    time: int
    row: int | None


class Anchor(NamedTuple):
    """Where a step's mark is, and on which side of it its number stands: -1 left or above, 1 right or below."""

    number: int
    x: float
    y: float
    across: int
    down: int


class Disc(NamedTuple):
    """A number's centre."""

    number: int
    x: float
    y: float


def step_rows(steps: Iterable[StepMark]) -> list[int]:
    """Return the rows of the steps that have one, in order."""
    return [step.row for step in steps if step.row is not None]


def place_discs(anchors: Iterable[Anchor], left: float, right: float, top: float, bottom: float) -> list[Disc]:
    """Give each number the nearest free place beside its mark, inside the plot."""
    placed: list[Disc] = []
    for anchor in anchors:
        if left - RADIUS <= anchor.x <= right + RADIUS:
            placed.append(_free_place(anchor, placed, (left + RADIUS, right - RADIUS, top + RADIUS, bottom - RADIUS)))
    return placed


def _free_place(anchor: Anchor, placed: Sequence[Disc], room: tuple[float, float, float, float]) -> Disc:
    left, right, top, bottom = room
    wanted = anchor.x + anchor.across * _ACROSS
    x = wanted if left <= wanted <= right else anchor.x - anchor.across * _ACROSS
    x = min(max(x, left), right)
    y = min(max(anchor.y + anchor.down * _DOWN, top), bottom)
    for step in count():
        # The wanted place; then further to the side, left and right in turn.
        away = (step + 1) // 2 * _APART * (1 if step % 2 else -1)
        at = x + away
        if left <= at <= right and not any(abs(at - d.x) < _APART and abs(y - d.y) < _APART for d in placed):
            return Disc(anchor.number, at, y)
        if abs(away) > right - left:
            break
    return Disc(anchor.number, x, y)
