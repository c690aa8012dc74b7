"""Which labels of the keepalive channel are dropped because they would overlap? Qt-free: the longest RTT is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Label:
    """Words and where they would stand; a greater `weight` goes first."""

    box: Box
    text: str
    token: str
    weight: float


def without_overlaps(labels: list[Label], obstacles: list[Box]) -> list[Label]:
    """Return the labels that neither touch each other nor an obstacle, by weight."""
    kept: list[Label] = []
    taken: dict[int, list[Box]] = {}  # boxes by the strips of 64 px in which they lie
    for box in obstacles:
        _enter(taken, box)
    for label in sorted(labels, key=lambda label: -label.weight):
        near = [box for strip in _strips(label.box) for box in taken.get(strip, ())]
        if not any(label.box.touches(box) for box in near):
            kept.append(label)
            _enter(taken, label.box)
    return kept


def _strips(box: Box) -> range:
    return range(int(box.left // 64), int(box.right // 64) + 1)


def _enter(taken: dict[int, list[Box]], box: Box) -> None:
    for strip in _strips(box):
        taken.setdefault(strip, []).append(box)
