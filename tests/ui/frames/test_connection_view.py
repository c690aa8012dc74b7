"""Tests of the form that shows a connection's facts."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.ui.frames.connection_view import ConnectionView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from helpers.made_trace import KNOBS, MadeTrace


@pytest.fixture
def view(look: Look, shown: Any) -> ConnectionView:
    view = ConnectionView(look)
    view.resize(420, 500)
    shown(view)
    return view


def test_values_follow_the_story(view: ConnectionView) -> None:
    made = MadeTrace()
    view.show_story(made.trace.story, made.trace.end)
    assert view.values["sent"] == "0 frames · 0 B"
    page = view.widget()
    made.frame(1.0, b"hello", sent=True)
    view.show_story(made.trace.story, made.trace.end)
    assert view.values["sent"] == "1 frame · 11 B"
    assert view.widget() is page  # the same lines: nothing was laid out anew
    made.ended(2.0, EndInfo("ConnectionClosedOK", "sent 1000 (OK); then received 1000 (OK)", 1000, "", "fin", True))
    view.show_story(made.trace.story, made.trace.end)
    assert view.values["how"] == "fin, by the peer"


def test_what_a_peer_says_is_plain_and_visible(view: ConnectionView) -> None:
    made = MadeTrace(ConnectionInfo("ws://a/<b>x</b>\u202e", "client", KNOBS, options={"origin": "a\nb"}))
    made.ended(1.0, EndInfo("ConnectionClosedError", "x", 1000, "<img src=y>" + "z" * 5000, "fin", True))
    view.show_story(made.trace.story, made.trace.end)
    assert view.values["address"] == "ws://a/<b>x</b>\\u202e"
    assert view.values["origin"] == "a␊b"
    assert len(view.values["reason"]) == 2048
    for label in view.findChildren(PlainLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_no_connection(view: ConnectionView) -> None:
    assert [label.text() for label in view.findChildren(PlainLabel)] == ["No connection yet"]
    assert view.values == {}
