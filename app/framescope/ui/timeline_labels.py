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
    for label in sorted(labels, key=lambda label: -label.weight):
        is_free = not any(label.box.touches(box) for box in obstacles)
        if is_free and not any(label.box.touches(other.box) for other in kept):
            kept.append(label)
    return kept
