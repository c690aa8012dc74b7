"""Which keys reach the window, and which does the widget that has the focus keep?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from framescope.ui.actions import ACTIONS
from helpers.window_bench import WindowBench

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def child(parent: QWidget, kind: type[Any], name: str = "") -> Any:
    (found,) = (widget for widget in parent.findChildren(kind) if not name or widget.accessibleName() == name)
    return found


def address(bench: WindowBench) -> QLineEdit:
    edit: QLineEdit = child(bench.window.bar.address, QLineEdit)
    return edit


def focus(widget: QWidget) -> QWidget:
    widget.setFocus()
    assert QApplication.focusWidget() is widget
    return widget


@pytest.fixture
def live(bench: WindowBench) -> WindowBench:
    """An open connection with three frames."""
    number = bench.open()
    for text in (b"one", b"two", b"three"):
        bench.frame(number, text)
    bench.tick()
    return bench


def test_every_action_has_its_command(bench: WindowBench) -> None:
    assert set(bench.commands._commands) == {action.slot for action in ACTIONS}


@pytest.mark.parametrize(
    "place",
    [
        lambda bench: bench.window,
        lambda bench: bench.window.table,
        lambda bench: bench.window.timeline,
        lambda bench: bench.window.bar.action,
        lambda bench: bench.window.knobs.knobs["ping_interval"].dial,
    ],
    ids=["window", "table", "timeline", "button", "dial"],
)
def test_letters_are_commands_where_nobody_types(
    live: WindowBench, qtbot: Any, monkeypatch: pytest.MonkeyPatch, place: Callable[[WindowBench], QWidget]
) -> None:
    done: list[str] = []
    for slot in live.commands._commands:
        monkeypatch.setitem(live.commands._commands, slot, lambda slot=slot: done.append(slot))
    widget = place(live)
    widget.setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None and (widget is focused or widget.isAncestorOf(focused))
    for key in (KEY.Key_E, KEY.Key_F, KEY.Key_P, KEY.Key_M, KEY.Key_0, KEY.Key_Minus, KEY.Key_Escape, KEY.Key_F1):
        qtbot.keyClick(focused, key)
    qtbot.keyClick(focused, KEY.Key_E, SHIFT)
    assert done == [
        "next_error", "fit_all", "send_ping", "measure", "zoom_minute", "zoom_out", "let_go", "show_keys",
        "previous_error",
    ]  # fmt: skip


def test_the_table_keeps_what_moves_its_selection_and_gives_the_arrows_away(live: WindowBench, qtbot: Any) -> None:
    table = focus(live.window.table)
    live.desk.select(1)
    qtbot.keyClick(table, KEY.Key_Down)
    assert live.window.table.selected_row == 2
    qtbot.keyClick(table, KEY.Key_Left)
    assert live.window.table.selected_row == 1


@pytest.mark.parametrize("kind", ["message", "address", "knob"])
def test_a_text_field_keeps_its_letters(live: WindowBench, qtbot: Any, kind: str) -> None:
    fields = {
        "message": lambda: child(live.window.composer, QPlainTextEdit, "Message"),
        "address": lambda: address(live),
        "knob": lambda: child(live.window.knobs.knobs["ping_interval"].field, QLineEdit),
    }
    edit = focus(fields[kind]())
    edit.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(edit, "p e")
    text = edit.toPlainText() if isinstance(edit, QPlainTextEdit) else edit.text()  # type: ignore[attr-defined]
    assert text == "p e"
    assert live.operator.taken() == []


def test_p_sends_a_ping(live: WindowBench, qtbot: Any) -> None:
    qtbot.keyClick(focus(live.window), KEY.Key_P)
    assert live.operator.taken() == [("ping", 1, None)]


def test_space_clicks_a_button_that_has_the_focus(live: WindowBench, qtbot: Any) -> None:
    qtbot.keyClick(focus(live.window.bar.action), KEY.Key_Space)
    assert live.operator.taken() == [("close", 1, 1000, "")]
    is_following = live.window.timeline._view.is_following
    qtbot.keyClick(focus(live.window.table), KEY.Key_Space)
    assert live.window.timeline._view.is_following is not is_following


@pytest.mark.parametrize("at_first_start", [True, False])
def test_ctrl_l_goes_to_the_address(bench: WindowBench, qtbot: Any, at_first_start: bool) -> None:
    if not at_first_start:
        bench.open()
    qtbot.keyClick(bench.window, KEY.Key_L, CONTROL)
    assert QApplication.focusWidget() is address(bench)


def test_f1_opens_the_keys_without_a_loop_of_its_own(bench: WindowBench, qtbot: Any) -> None:
    qtbot.keyClick(bench.window, KEY.Key_F1)
    assert bench.keys_list.isVisible()
    bench.keys_list.close()


def test_ctrl_z_takes_a_knob_back_and_ctrl_q_asks_to_quit(live: WindowBench, qtbot: Any) -> None:
    live.window.knobs.knobs["ping_interval"].turn_to(5.0)
    qtbot.keyClick(focus(live.window), KEY.Key_Z, CONTROL)
    assert live.operator.taken() == [("turn", 1, "ping_interval", 5.0), ("turn", 1, "ping_interval", 20.0)]
    with qtbot.waitSignal(live.window.closing_asked):
        qtbot.keyClick(live.window, KEY.Key_Q, CONTROL)


def test_typing_at_first_start_begins_an_address(bench: WindowBench, qtbot: Any) -> None:
    start = QApplication.focusWidget()
    assert start is not None and bench.window.first_start.isAncestorOf(start)
    qtbot.keyClicks(start, "F")  # a command elsewhere
    assert QApplication.focusWidget() is address(bench)
    qtbot.keyClicks(address(bench), "eed.example:9001")
    assert address(bench).text() == "Feed.example:9001"
    qtbot.keyClick(address(bench), KEY.Key_Return)
    ((_, options),) = bench.operator.taken()
    assert options.url == "wss://Feed.example:9001"


@pytest.mark.parametrize(
    ("pasted", "is_first", "text"),
    [
        (" ws://127.0.0.1:9001/a\nmore", True, "ws://127.0.0.1:9001/a"),
        ("localhost:9001", True, "localhost:9001"),
        ("WSS://feed.example", False, "WSS://feed.example"),
        ("just words", False, "ws://127.0.0.1:9001/feed"),
        ("", True, ""),
    ],
)
def test_a_pasted_address_fills_the_field(
    bench: WindowBench, qtbot: Any, pasted: str, is_first: bool, text: str
) -> None:
    if not is_first:
        bench.open()
    QGuiApplication.clipboard().setText(pasted)
    qtbot.keyClick(QApplication.focusWidget() or bench.window, KEY.Key_V, CONTROL)
    assert address(bench).text() == text


def test_enter_at_first_start_starts_the_demo(bench: WindowBench, qtbot: Any) -> None:
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    assert [asked[0] for asked in bench.operator.taken()] == ["demo"]


def test_f6_goes_through_the_panels_and_around(live: WindowBench, qtbot: Any) -> None:
    live.desk.select(1)
    window = live.window
    focus(window)
    panels = [window.bar.address, window.knobs, window.timeline, window.table, window.composer, window.detail]
    for panel in [*panels, panels[0]]:
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_F6)
        focused = QApplication.focusWidget()
        assert focused is not None and (focused is panel or panel.isAncestorOf(focused)), panel


def test_escape_lets_go_of_a_field(live: WindowBench, qtbot: Any) -> None:
    live.commands._commands["let_go"]()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused is live.window.timeline or live.window.timeline.isAncestorOf(focused)


def test_modes_have_keys_and_the_others_act_only_on_what_is_in_view(live: WindowBench, qtbot: Any) -> None:
    page, part = QWidget(), QWidget()
    live.window.add_page("Lab", page, part)
    qtbot.keyClick(live.window, KEY.Key_4, CONTROL)
    assert live.window.mode == "Lab"
    live.operator.taken()
    qtbot.keyClick(live.window, KEY.Key_P)
    assert live.operator.taken() == []
    qtbot.keyClick(live.window, KEY.Key_F1)
    assert live.keys_list.isVisible()
    live.keys_list.close()
    qtbot.keyClick(live.window, KEY.Key_1, CONTROL)
    assert live.window.mode == "Connect"
    qtbot.keyClick(live.window, KEY.Key_P)
    assert [asked[0] for asked in live.operator.taken()] == ["ping"]
