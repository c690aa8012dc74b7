"""Does the bar ask for connections with the options written, and offer what the state allows?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from framescope.engine.state import State
from framescope.probe.messages import ConnectOptions
from framescope.ui.bar.connection_bar import ConnectionBar
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.theme import Look

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(look: Look, shown: Any) -> ConnectionBar:
    bar = ConnectionBar(look)
    bar.resize(1440, 700)
    shown(bar)
    return bar


def asked(bar: ConnectionBar) -> list[ConnectOptions]:
    seen: list[ConnectOptions] = []
    bar.connect_asked.connect(seen.append)
    return seen


def edit_of(bar: ConnectionBar) -> QLineEdit:
    edit = bar.address.findChild(QLineEdit)
    assert edit is not None
    return edit


def test_enter_in_the_address_connects(bar: ConnectionBar, qtbot: Any) -> None:
    seen = asked(bar)
    bar.focus_address()
    qtbot.keyClicks(edit_of(bar), "localhost:9001")
    qtbot.keyClick(edit_of(bar), Qt.Key.Key_Return)
    assert seen == [ConnectOptions(url="ws://localhost:9001")]


def test_connect_needs_an_address(bar: ConnectionBar, qtbot: Any) -> None:
    assert not bar.action.isEnabled()
    bar.set_address("ws://127.0.0.1/")
    seen = asked(bar)
    qtbot.mouseClick(bar.action, LEFT)
    assert [options.url for options in seen] == ["ws://127.0.0.1/"]


@pytest.mark.parametrize(
    ("state", "word", "is_enabled"),
    [
        (None, "Connect", True),
        (State.CONNECTING, "Cancel", True),
        (State.OPEN, "Close", True),
        (State.CLOSING, "Closing", False),
        (State.CLOSED, "Connect", True),
    ],
)
def test_the_button_offers_what_the_state_allows(
    bar: ConnectionBar, state: State | None, word: str, is_enabled: bool
) -> None:
    bar.set_address("ws://127.0.0.1/")
    bar.show_state(State.OPEN)
    bar.show_state(state)
    assert (bar.action.text(), bar.action.isEnabled()) == (word, is_enabled)


def test_while_connected_the_button_closes_and_enter_does_not_connect_twice(bar: ConnectionBar, qtbot: Any) -> None:
    bar.set_address("ws://127.0.0.1/")
    bar.show_state(State.OPEN)
    seen = asked(bar)
    with qtbot.waitSignal(bar.close_asked):
        qtbot.mouseClick(bar.action, LEFT)
    bar.focus_address()
    qtbot.keyClick(edit_of(bar), Qt.Key.Key_Return)
    assert seen == []


def test_busy_it_asks_nothing(bar: ConnectionBar, qtbot: Any) -> None:
    bar.set_address("ws://127.0.0.1/")
    bar.set_busy(True)
    seen = asked(bar)
    qtbot.mouseClick(bar.action, LEFT)
    bar.ask_connect()
    assert seen == []
    bar.set_busy(False)
    bar.ask_connect()
    assert len(seen) == 1


def test_the_options_go_with_it(bar: ConnectionBar) -> None:
    seen = asked(bar)
    bar.panel.headers.setPlainText("Authorization: Bearer x")
    bar.set_address("ws://127.0.0.1/")
    bar.ask_connect()
    assert seen[0].headers == [("Authorization", "Bearer x")]


def test_a_bad_option_opens_the_panel_and_sends_nothing(bar: ConnectionBar) -> None:
    seen = asked(bar)
    bar.panel.origin.setText("a\nb")
    bar.set_address("ws://127.0.0.1/")
    bar.ask_connect()
    assert seen == []
    assert bar.panel.isVisible()


def test_an_unchecked_certificate_is_said_in_the_bar_and_holds_once(bar: ConnectionBar, qtbot: Any) -> None:
    seen = asked(bar)
    bar.set_address("wss://127.0.0.1/")
    qtbot.mouseClick(bar.address.findChild(QPushButton), LEFT)
    qtbot.mouseClick(bar.panel.check_switch, LEFT)
    assert "not be checked" in bar.address.findChild(ElidedLabel).whole
    for _ in range(2):
        bar.ask_connect()
    assert [options.is_verified for options in seen] == [False, True]
    assert bar.address.findChild(ElidedLabel).whole == ""
    assert not bar.panel.isVisible()


def test_what_must_not_be_overlooked_is_red(bar: ConnectionBar) -> None:
    note = bar.address.findChild(ElidedLabel)
    bar.set_summary("certificate not checked · TLS 1.3", True)
    assert (note.whole, note.property("tone")) == ("certificate not checked · TLS 1.3", "err")
    bar.set_summary("TLS 1.3")
    assert (note.whole, note.property("tone")) == ("TLS 1.3", "caption")


def test_the_drop_down_opens_and_closes_the_options(bar: ConnectionBar, qtbot: Any) -> None:
    button = bar.address.findChild(QPushButton)
    qtbot.mouseClick(button, LEFT)
    assert bar.panel.isVisible()
    qtbot.mouseClick(button, LEFT)
    assert not bar.panel.isVisible()


def test_theme_and_menu_are_asked_for(bar: ConnectionBar, qtbot: Any) -> None:
    with qtbot.waitSignal(bar.theme_asked):
        qtbot.mouseClick(bar.theme, LEFT)
    with qtbot.waitSignal(bar.menu_asked) as menu:
        qtbot.mouseClick(bar.menu, LEFT)
    assert menu.args[0] == bar.menu.mapToGlobal(QPoint(0, bar.menu.height() + 2))


def test_what_is_not_built_is_absent(bar: ConnectionBar) -> None:
    assert [button.text() for button in bar.modes.findChildren(QPushButton)] == ["Connect", "Lab"]


def test_another_mode_has_its_own_part(bar: ConnectionBar) -> None:
    part = QWidget()
    bar.add_part("Lab", part)
    bar.show_mode("Lab")
    assert part.isVisible() and not bar.address.isVisible() and not bar.pill.isVisible()
    assert [button.isChecked() for button in bar.modes.findChildren(QPushButton)] == [False, True]
    bar.show_mode("Connect")
    assert bar.address.isVisible() and not part.isVisible()


def test_it_fits_the_smallest_window(bar: ConnectionBar) -> None:
    bar.show_state(State.OPEN, 3725.0)
    assert bar.minimumSizeHint().width() <= 1100


def test_tab_goes_in_reading_order(bar: ConnectionBar, qtbot: Any) -> None:
    bar.set_address("ws://127.0.0.1/")
    edit_of(bar).setFocus()
    order = []
    for _ in range(4):
        qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Tab)
        order.append(bar.focusWidget())
    assert order == [bar.address.findChild(QPushButton), bar.action, bar.theme, bar.menu]
