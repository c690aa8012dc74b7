"""Does the panel read its fields, point at the one it refuses, and forget that certificates go unchecked?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from framescope.probe.messages import ConnectOptions
from framescope.probe.option_text import BadOption
from framescope.ui.bar.options_panel import OptionsPanel
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

URL = "wss://feed.example.net/"


@pytest.fixture
def window(look: Look, shown: Any) -> QWidget:
    window = QWidget()
    QVBoxLayout(window).addWidget(QLineEdit(window))
    window.resize(900, 600)
    shown(window)
    return window


@pytest.fixture
def panel(look: Look, window: QWidget) -> OptionsPanel:
    panel = OptionsPanel(look, window)
    panel.hide()
    return panel


def texts(panel: OptionsPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(PlainLabel) if not label.isHidden())


def test_untouched_it_gives_the_defaults(panel: OptionsPanel) -> None:
    assert panel.options(URL) == ConnectOptions(url=URL)
    assert panel.is_plain


def test_every_field_is_read(panel: OptionsPanel, qtbot: Any) -> None:
    panel.headers.setPlainText("X-A: 1")
    panel.cookies.setPlainText("session=2")
    panel.subprotocols.setText("mqtt, v12.stomp")
    panel.origin.setText("https://example.org")
    qtbot.mouseClick(panel.compression, Qt.MouseButton.LeftButton)
    read = panel.options(URL)
    assert (read.headers, read.cookies) == ([("X-A", "1")], [("session", "2")])
    assert (read.subprotocols, read.origin, read.compression) == (["mqtt", "v12.stomp"], "https://example.org", None)
    assert not panel.is_plain


def test_a_refused_field_says_why_and_has_the_focus(panel: OptionsPanel, window: QWidget) -> None:
    panel.origin.setText("https://a\r\nX: y")
    with pytest.raises(BadOption):
        panel.options(URL)
    panel.open_below(window.findChild(QLineEdit))
    assert "line break" in texts(panel)
    assert panel.origin.property("is_refused") == "true"
    assert panel.origin.hasFocus()
    panel.origin.setText("https://a")
    assert "line break" not in texts(panel)


def test_an_unchecked_certificate_is_red_and_for_this_connection_only(panel: OptionsPanel, qtbot: Any) -> None:
    assert "this connection only" not in texts(panel)
    qtbot.mouseClick(panel.check_switch, Qt.MouseButton.LeftButton)
    assert "this connection only" in texts(panel)
    assert panel.options(URL).is_verified is False
    panel.check_again()
    assert panel.options(URL).is_verified is True
    assert "this connection only" not in texts(panel)


def test_escape_closes_it_and_gives_the_focus_back(panel: OptionsPanel, window: QWidget, qtbot: Any) -> None:
    edit = window.layout().itemAt(0).widget()
    panel.open_below(edit)
    panel.headers.setPlainText("X-A: 1")
    qtbot.keyClick(panel.headers, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert edit.hasFocus()
    assert panel.options(URL).headers == [("X-A", "1")], "what was written stays"


def test_going_on_elsewhere_closes_it(panel: OptionsPanel, window: QWidget) -> None:
    edit = window.layout().itemAt(0).widget()
    panel.open_below(edit)
    panel.subprotocols.setFocus()
    assert panel.isVisible()
    edit.setFocus()
    assert not panel.isVisible()


def test_it_opens_inside_the_window_under_its_field(panel: OptionsPanel, window: QWidget) -> None:
    edit = window.layout().itemAt(0).widget()
    panel.open_below(edit)
    assert panel.isVisible()
    assert window.rect().contains(panel.geometry().topRight())
    assert panel.y() >= edit.geometry().bottom()


def test_every_field_has_a_name(panel: OptionsPanel) -> None:
    fields = (panel.headers, panel.cookies, panel.subprotocols, panel.origin, panel.ca_file)
    assert all(field.accessibleName() for field in (*fields, panel.check_switch, panel.compression))


def test_tab_leaves_a_field_of_lines(panel: OptionsPanel, window: QWidget, qtbot: Any) -> None:
    panel.open_below(window.layout().itemAt(0).widget())
    qtbot.keyClick(panel.headers, Qt.Key.Key_Tab)
    assert panel.cookies.hasFocus()
