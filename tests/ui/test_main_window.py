"""Does everything stand where it should, in every size, and is closing only a request?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QWidget

from framescope.ui.main_window import DIAGNOSIS_WIDTH, RTT_FOLD_HEIGHT, SMALLEST, USUAL, MainWindow
from framescope.ui.theme import Look
from helpers.mouse import double_click, drag


@pytest.fixture
def window(look: Look, shown: Any) -> Any:
    window = MainWindow(look)
    shown(window)
    yield window
    window.finish()


def settle() -> None:
    """Let the layouts that wait for the event loop be done."""
    QCoreApplication.processEvents()


def bottom(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, widget.rect().bottomLeft()).y()


def top(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, widget.rect().topLeft()).y()


@pytest.mark.parametrize(
    "size", [SMALLEST, USUAL, QSize(1920, 1200)], ids=lambda size: f"{size.width()}x{size.height()}"
)
def test_the_bands_stand_one_under_another(window: MainWindow, size: QSize) -> None:
    window.show_connection()
    window.resize(size)
    settle()
    assert window.size() == size  # no panel forces it wider
    bands = [window.bar, window.knobs, window.timeline, window.head, window.table, window.composer, window.status]
    for upper, lower in pairwise(bands):
        assert bottom(upper, window) < top(lower, window)
    assert bottom(window.status, window) == size.height() - 1
    assert 340 <= window.how_to_read.width() <= 640
    assert window.table.height() > 60 and window.timeline.height() > 200


def test_it_is_not_smaller_than_it_can_be(window: MainWindow) -> None:
    window.resize(300, 200)
    assert window.size() == SMALLEST


@pytest.mark.parametrize(("height", "is_folded"), [(RTT_FOLD_HEIGHT - 1, True), (RTT_FOLD_HEIGHT, False)])
def test_a_low_window_folds_the_rtt_strip(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, height: int, is_folded: bool
) -> None:
    told: list[bool] = []
    monkeypatch.setattr(window.timeline, "fold_rtt", told.append)
    window.resize(1440, height)
    assert told[-1] is is_folded


def test_first_start_is_a_card_over_the_trace(window: MainWindow) -> None:
    assert window.is_at_first_start and not window.table.isVisible() and window.how_to_read.isVisible()
    for size in (SMALLEST, USUAL):
        window.resize(size)
        card, ground = window.first_start, window.first_start.parentWidget()
        assert ground is not None and ground.rect().contains(card.geometry())
        assert abs(card.geometry().center().x() - ground.rect().center().x()) <= 1


def test_a_connection_takes_the_cards_place(window: MainWindow) -> None:
    window.show_connection()
    assert not window.is_at_first_start and window.table.isVisible() and window.how_to_read.isVisible()
    assert window.focusWidget() in (None, window)
    window.show_detail()
    assert window.detail.isVisible() and not window.how_to_read.isVisible()


def test_closing_is_a_request(window: MainWindow, qtbot: Any) -> None:
    with qtbot.waitSignal(window.closing_asked):
        assert not window.close()
    assert window.isVisible()
    window.finish()
    assert not window.isVisible()


@pytest.mark.parametrize(
    ("name", "title"),
    [("", "Framescope"), ("127.0.0.1:9001", "Framescope – 127.0.0.1:9001"), ("a\u202eb", "Framescope – a\\u202eb")],
)
def test_the_title_names_the_connection(window: MainWindow, name: str, title: str) -> None:
    window.name_connection(name)
    assert window.windowTitle() == title


def test_the_right_panel_can_be_dragged_and_reset(window: MainWindow) -> None:
    handle = window._body.handle(1)
    usual = window.how_to_read.width()
    drag(handle, (3, 100), (-77, 100))
    assert window.how_to_read.width() > usual + 40
    double_click(handle, 3, 100)
    assert window.how_to_read.width() == usual


def test_timeline_and_frames_can_be_dragged_and_reset(window: MainWindow) -> None:
    window.show_connection()
    settle()
    handle = window._centre.handle(1)
    usual = window.timeline.height()
    drag(handle, (100, 3), (100, -37))
    assert window.timeline.height() < usual
    double_click(handle, 100, 3)
    assert window.timeline.height() == usual


@pytest.mark.parametrize("size", [SMALLEST, USUAL], ids=lambda size: f"{size.width()}x{size.height()}")
def test_a_diagnosis_widens_the_panel_but_never_narrows_it(window: MainWindow, size: QSize) -> None:
    window.show_connection()
    window.resize(size)
    settle()
    window.show_diagnosis()
    settle()
    assert window.size() == size and window.detail.isVisible()
    assert DIAGNOSIS_WIDTH <= window.detail.width() <= DIAGNOSIS_WIDTH + 4
    drag(window._body.handle(1), (3, 100), (-97, 100))
    wide = window.detail.width()
    window.show_diagnosis()
    assert window.detail.width() == wide > DIAGNOSIS_WIDTH


def test_another_mode_is_a_page_of_its_own(window: MainWindow, qtbot: Any) -> None:
    with qtbot.waitSignal(window.mode_missing) as missing:
        window.show_mode("Lab")
    assert missing.args == ["Lab"] and window.mode == "Connect"  # nobody built it
    page, part = QWidget(), QWidget()
    window.add_page("Lab", page, part)
    window.show_mode("Lab")
    assert window.mode == "Lab" and page.isVisible() and part.isVisible()
    assert not window.knobs.isVisible() and not window.status.isVisible() and not window.is_at_first_start
    window.show_mode("Connect")
    assert window.mode == "Connect" and window.knobs.isVisible() and window.is_at_first_start
