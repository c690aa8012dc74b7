"""How is the desktop application put together? Window, desk, operator and capture, and their end in order."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from framescope.probe.link import Link
from framescope.tasks import Tasks
from framescope.ui import event_loop
from framescope.ui.desk import Desk
from framescope.ui.key_commands import KeyCommands
from framescope.ui.keys_list import KeysList
from framescope.ui.live import Live
from framescope.ui.main_menu import MainMenu
from framescope.ui.main_window import MainWindow
from framescope.ui.operator import Operator
from framescope.ui.process_link import ProcessLink
from framescope.ui.theme import Look


class LabParts(NamedTuple):
    """The lab: its page, its part of the top bar, and what opens a lesson by its name."""

    page: QWidget
    head: QWidget
    open_lesson: Callable[[str], None]


class Application:
    """One window and one probe."""

    def __init__(self, *, theme: str = "dark", new_lab: Callable[[Look, QWidget], LabParts] | None = None) -> None:
        """`new_lab` builds the lab when it is first asked for."""
        self._new_lab = new_lab
        self._lab: LabParts | None = None
        found = QApplication.instance()
        self._qt = found if isinstance(found, QApplication) else QApplication([sys.argv[0]])
        self._qt.setApplicationName("framescope")
        self.look = Look(theme)
        self.look.apply(self._qt)
        self.window = MainWindow(self.look)
        self.live = Live(self.window)
        self._menu = MainMenu(self.look, self.window)
        self._keys = KeysList(self.look, self.window)

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Make the loop that runs Qt and asyncio."""
        return event_loop.new_event_loop(self._qt)

    def open(self, new_link: Callable[[], Awaitable[Link]], tasks: Tasks) -> Desk:
        """Show the window; its probe is started by `operator.start()`."""
        self.operator = Operator(new_link, tasks, self.window)
        self.desk = Desk(self.window, self.operator, self.live)
        self._commands = KeyCommands(self.window, self.desk, self._keys)
        self._connect_signals()
        self.window.show()
        return self.desk

    async def close(self, tasks: Tasks) -> None:
        """End the probe in order, then really close the window."""
        self.window.setEnabled(False)
        await self.operator.close()
        await tasks.cancel()
        self.live.tick()
        self.live.close()
        self.window.finish()

    def save_picture(self, file: Path) -> bool:
        """Save the window as a PNG."""
        self.live.tick()
        return self.window.grab().save(str(file), "PNG")

    def _connect_signals(self) -> None:
        self.look.changed.connect(self._restyle)
        self.window.bar.modes.chosen.connect(self.window.show_mode)
        self.window.mode_missing.connect(self._add_lab)
        self.window.detail.diagnosis.lesson_asked.connect(self._open_lesson)
        self.window.address_pasted.connect(lambda _: self.window.show_mode("Connect"))
        self.window.bar.theme_asked.connect(self._next_theme)
        self.window.bar.menu_asked.connect(self._menu.open_at)
        self._menu.keys_asked.connect(self._keys.open)
        self._menu.quit_asked.connect(self.window.closing_asked)
        self._menu.folder_asked.connect(self._copy_folder)

    def _add_lab(self, mode: str) -> None:
        if self._new_lab is not None:
            self._lab = self._new_lab(self.look, self.window)
            self.window.add_page(mode, self._lab.page, self._lab.head)

    def _open_lesson(self, name: str) -> None:
        self.window.show_mode("Lab")
        if self._lab is not None:
            self._lab.open_lesson(name)

    def _restyle(self) -> None:
        self.look.apply(self._qt)

    def _next_theme(self) -> None:
        self.look.choose("light" if self.look.name == "dark" else "dark")

    def _copy_folder(self) -> None:
        folder = self.operator.folder
        if folder is not None:
            QGuiApplication.clipboard().setText(str(folder))
            self.window.toast.show_text("The path of the capture's folder is on the clipboard")


async def start_process(folder: Path) -> Link:
    """Start a probe in a process of its own."""
    link = ProcessLink(folder)
    await link.start()
    return link
