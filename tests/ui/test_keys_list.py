"""Does the list name every key of the table?"""

from __future__ import annotations

from typing import Any

from framescope.ui.actions import ACTIONS, LAB_KEYS
from framescope.ui.keys_list import KeysList
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


def test_every_action_is_listed_and_nothing_overlaps(look: Look, shown: Any) -> None:
    keys = shown(KeysList(look))
    texts = [label.text() for label in keys.findChildren(PlainLabel)]
    listed = [key.text for key in (*ACTIONS, *LAB_KEYS)]
    assert [text for text in texts if text in listed] == listed
    assert [text for text in texts if text not in listed] == ["A connection", "The lab"]
    boxes = [label.geometry() for label in keys.findChildren(PlainLabel)]
    assert not [1 for place, box in enumerate(boxes) for other in boxes[place + 1 :] if box.intersects(other)]
