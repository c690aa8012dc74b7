"""Are labels that would overlap dropped, the longest round trip kept?"""

from __future__ import annotations

from framescope.ui.timeline.labels import Box, Label, without_overlaps


def label(left: float, weight: float, *, top: float = 0.0, width: float = 40.0) -> Label:
    return Label(Box(left, top, left + width, top + 14), f"{weight} s", "fg0", weight)


def texts(labels: list[Label]) -> list[str]:
    return sorted(label.text for label in labels)


def test_of_two_that_overlap_the_longer_rtt_stays() -> None:
    assert texts(without_overlaps([label(0, 0.04), label(30, 1.84), label(100, 0.05)], [])) == ["0.05 s", "1.84 s"]


def test_labels_on_different_lines_do_not_touch() -> None:
    assert len(without_overlaps([label(0, 1.0), label(10, 2.0, top=20)], [])) == 2


def test_a_label_does_not_cover_a_mark() -> None:
    assert without_overlaps([label(0, 9.0)], [Box(35, 5, 45, 12)]) == []


def test_boxes_far_from_the_origin_and_wide_ones_are_compared_too() -> None:
    wide = label(-500, 5.0, width=2000)
    assert texts(without_overlaps([label(700, 1.0), wide], [])) == ["5.0 s"]
