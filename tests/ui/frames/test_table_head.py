"""Is a connection chosen by hand only, and offered once there are two?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.engine.state import State
from framescope.ui.frames.table_head import TableHead
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace

END = EndInfo("ConnectionClosedError", "no close frame", 1006, "", "fin", True)


def made(url: str = "ws://127.0.0.1:9001/") -> MadeTrace:
    return MadeTrace(ConnectionInfo(url, "client", {}))


def traces(*all_made: MadeTrace) -> dict[int, Trace]:
    return {number: each.trace for number, each in enumerate(all_made, 1)}


@pytest.fixture
def head(look: Look, shown: Any) -> TableHead:
    head = TableHead(look)
    head.resize(900, 38)
    shown(head)
    return head


def test_one_connection_needs_no_choice(head: TableHead) -> None:
    head.show_connections(traces(made()), 1)
    assert head.selector.isHidden()
    head.show_connections(traces(made(), made()), 2)
    assert not head.selector.isHidden()
    assert (head.selector.count(), head.selector.currentData()) == (2, 2)


def test_only_a_person_chooses(head: TableHead, qtbot: Any) -> None:
    chosen: list[int] = []
    head.connection_chosen.connect(chosen.append)
    head.show_connections(traces(made(), made()), 2)
    head.show_connections(traces(made(), made()), 1)
    assert chosen == []
    qtbot.keyClick(head.selector, Qt.Key.Key_Down)
    assert chosen == [2]


def test_entries_tell_address_and_state_and_nothing_acts(head: TableHead) -> None:
    ended = made("ws://h/\u202eevil\n" + "x" * 200)
    ended.ended(1.0, END)
    opened = made()
    opened.state(0.5, State.OPEN)
    head.show_connections(traces(ended, opened), 2)
    first, second = (head.selector.itemText(place) for place in range(2))
    assert first.startswith("1 · ws://h/\\u202eevil␊x") and first.endswith(" · CLOSED 1006") and len(first) < 100
    assert second.endswith(" · OPEN")


def test_the_list_stands_still_while_a_person_chooses(head: TableHead) -> None:
    first, second = made(), made()
    head.show_connections(traces(first, second), 2)
    head.selector.showPopup()
    first.ended(1.0, END)
    head.show_connections(traces(first, second), 1)
    assert head.selector.currentData() == 2 and "CLOSED" not in head.selector.itemText(0)
    head.selector.hidePopup()
    head.show_connections(traces(first, second), 1)
    assert head.selector.currentData() == 1 and "CLOSED" in head.selector.itemText(0)


def test_the_count(head: TableHead) -> None:
    each = made()
    for _ in range(3):
        each.frame(1.0, b"x")
    head.show_count(each.trace)
    assert "3" in [label.text() for label in head.findChildren(PlainLabel)]
    head.show_count(None)
    assert "3" not in [label.text() for label in head.findChildren(PlainLabel)]
