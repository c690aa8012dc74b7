"""Do both sentences of each end stand beside each other, under a verdict in its colour?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab.staging import Comparison
from framescope.ui.lab.comparison_view import ComparisonView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


@pytest.fixture
def view(look: Look, shown: Any) -> ComparisonView:
    view = ComparisonView(look)
    view.resize(340, 300)
    shown(view)
    return view


def label(view: ComparisonView, text: str, place: int = 0) -> PlainLabel:
    return [each for each in view._labels if each.text() == text][place]


def test_both_sentences_stand_beside_each_other(view: ComparisonView, qtbot: Any) -> None:
    view.show_said([Comparison("client", "a", "b"), Comparison("server", None, None)])
    assert view.text.split("\n") == [
        *("Framescope", "websockets", "Client: differs", "a", "b", "Server: the same", "still open", "still open")
    ]
    assert label(view, "Client: differs").property("tone") == "warn"
    assert label(view, "Server: the same").property("tone") == "acc"
    qtbot.waitUntil(lambda: label(view, "b").x() > label(view, "a").x())
    assert label(view, "a").y() == label(view, "b").y() > label(view, "Client: differs").y()


def test_trouble_is_told_and_nothing_takes_no_room(view: ComparisonView) -> None:
    view.show_said([], "it did not start\u202e")
    assert view.text == "it did not start\\u202e" and view.isVisible()
    view.show_said([])
    assert view.text == "" and not view.isVisible()
