"""How does a test use the window as a person does? Keys and clicks go in; labels, table and trace are read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from framescope.analysis.model import Exchange, Story
from framescope.analysis.trace import Trace
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.application import Application
from framescope.ui.desk import Desk
from framescope.ui.frames.frame_table_model import Column
from framescope.ui.main_window import MainWindow

PATIENCE = 60.0  #: s until a test gives up waiting for something that does happen
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
W = TypeVar("W", bound=QWidget)


class Scope:
    """A running window, driven through its own widgets."""

    def __init__(self, application: Application, desk: Desk) -> None:
        self.application = application
        self.desk = desk
        self._named: dict[tuple[type[QWidget], str], QWidget] = {}

    @property
    def window(self) -> MainWindow:
        return self.application.window

    @property
    def trace(self) -> Trace:
        """The connection that the window shows."""
        trace = self.desk.trace
        assert trace is not None
        return trace

    @property
    def story(self) -> Story:
        return self.trace.story

    @property
    def folder(self) -> Path:
        """Where the capture lies."""
        folder = self.application.operator.folder
        assert folder is not None
        return folder

    async def until(self, holds: Callable[[], object], what: str = "", patience: float = PATIENCE) -> None:
        """Let the window live until `holds`."""
        deadline = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < deadline, f"waited {patience} s in vain for {what or holds}"
            await asyncio.sleep(0.01)

    def named(self, kind: type[W], name: str) -> W:
        """Find a widget by what a screen reader calls it, which is its name for good."""
        known = self._named.get((kind, name))
        if isinstance(known, kind):
            return known
        found = [widget for widget in self.window.findChildren(kind) if widget.accessibleName() == name]
        assert len(found) == 1, f"{len(found)} widgets are called {name}"
        self._named[kind, name] = found[0]
        return found[0]

    def button(self, parent: QWidget, text: str) -> QAbstractButton:
        """Find a button by what stands on it."""
        found = [button for button in parent.findChildren(QAbstractButton) if button.text() == text]
        assert len(found) == 1, f"{len(found)} buttons say {text}"
        return found[0]

    def click(self, widget: QWidget) -> None:
        """Click in the middle of what can be clicked."""
        assert widget.isVisible() and widget.isEnabled(), f"{widget} cannot be clicked"
        QTest.mouseClick(widget, LEFT)

    def type_into(self, edit: QLineEdit, text: str) -> None:
        """Replace what stands in a line."""
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)

    def type_address(self, text: str) -> None:
        self.type_into(self.named(QLineEdit, "Address"), text)

    async def connect(self, address: str) -> None:
        """Type an address, press Connect, and wait until the window shows the new connection."""
        self.type_address(address)
        await self.press_for_new_trace(self.window.bar.action)

    async def press_for_new_trace(self, button: QWidget) -> None:
        """Click a button that begins a connection, and wait until the window shows it."""
        former = self.desk.trace
        self.click(button)
        await self.until(lambda: self.desk.trace not in (None, former), "a new connection")

    async def open(self, address: str) -> None:
        """Connect, and wait for OPEN."""
        await self.connect(address)
        await self.until(lambda: self.story.state is not State.CONNECTING, "the end of connecting")
        assert self.story.state is State.OPEN, self.banner
        await self.until(self.button(self.window.composer, "Ping").isEnabled, "the composer")

    async def ended(self) -> None:
        """Wait until the connection has ended, and the window says so."""
        await self.until(lambda: self.story.ended is not None, "the end of the connection")
        await self.until(lambda: self.tells_end, "what the window says of it")

    @property
    def tells_end(self) -> bool:
        """Does the window say how the connection ended: in a banner if well, otherwise in the diagnosis?"""
        return self.window.banner.isVisible() or self.window.detail.diagnosis.isVisible()

    @property
    def banner(self) -> list[str]:
        """What the window says of the end: headline, sentence, advice."""
        shown = self.window.detail.diagnosis.headline if self.window.banner.isHidden() else self.window.banner
        # No line ends between a figure and its unit.
        return [label.text().replace("\u00a0", " ") for label in (shown.headline, shown.sentence, shown.advice)]

    def trust(self, ca_file: Path) -> None:
        """Type a CA file into the connection's options."""
        self.click(self.named(QAbstractButton, "Connection options"))
        self.type_into(self.window.bar.panel.ca_file, str(ca_file))

    def compress(self, is_offered: bool) -> None:
        """Switch the offer of compression in the connection's options."""
        panel = self.window.bar.panel
        if panel.compression.isChecked() is not is_offered:
            if not panel.isVisible():
                self.click(self.named(QAbstractButton, "Connection options"))
            self.click(panel.compression)

    def turn(self, name: str, text: str) -> int:
        """Type a value into a knob's field and press Enter; return when, monotonic ns."""
        edit = self.window.knobs.knobs[name].field.findChild(QLineEdit)
        assert edit is not None
        self.type_into(edit, text)
        now = time.monotonic_ns()
        QTest.keyClick(edit, Qt.Key.Key_Return)
        return now

    def send(self, text: str, opcode: Opcode = Opcode.TEXT, *, by_key: bool = False) -> None:
        """Paste a message (binary as hex) into the composer, then click Send or press Ctrl+Enter."""
        composer = self.window.composer
        kinds = self.named(QComboBox, "Opcode")
        if kinds.currentData() != opcode:
            QTest.keyClick(kinds, Qt.Key.Key_Down if opcode is Opcode.BINARY else Qt.Key.Key_Up)
        assert kinds.currentData() == opcode
        edit = self.named(QPlainTextEdit, "Message")
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(edit, Qt.Key.Key_V, CONTROL)
        if by_key:
            QTest.keyClick(edit, Qt.Key.Key_Return, CONTROL)
        else:
            self.click(self.button(composer, "Send"))

    async def close_by_hand(self, code: int = 1000, reason: str = "") -> None:
        """Open the composer's Close popup, type code and reason, and press Close there."""
        composer = self.window.composer
        self.click(self.button(composer, "Close…"))
        codes = self.named(QComboBox, "Close code")
        edit = codes.lineEdit()
        assert edit is not None
        self.type_into(edit, str(code))
        self.type_into(self.named(QLineEdit, "Close reason"), reason)
        self.click(self.button(codes.window(), "Close"))

    @property
    def pings(self) -> list[Exchange]:
        """Our pings so far."""
        return self.story.exchanges

    def rows_of(self, opcode: Opcode, *, sent: bool) -> list[int]:
        """The rows of one direction's frames with this opcode."""
        lane = self.trace.lanes[sent]
        return [int(row) for row, code in zip(lane.rows[:], lane.opcodes[:], strict=True) if code == opcode]

    def cells(self, row: int) -> list[str]:
        """What stands in a row of the frame table."""
        model = self.window.table.model()
        return [str(model.index(row, column).data() or "") for column in Column]

    async def table_settled(self) -> None:
        """Wait until the table shows every row of the trace."""
        await self.until(lambda: self.window.table.model().rowCount() == len(self.trace.rows), "the table")

    def events(self) -> list[str]:
        """The event rows, as the table shows them."""
        rows = range(self.window.table.model().rowCount())
        return [self.cells(row)[Column.PAYLOAD] for row in rows if self.trace.is_event(row)]
