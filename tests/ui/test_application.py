"""Is the application put together, restyled and taken apart in order?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from framescope.capture.writer import CaptureWriter
from framescope.probe.link import ignore_loss
from framescope.probe.messages import Command, Done, Hello
from framescope.tasks import Tasks
from framescope.ui.application import Application, LabParts


class QuietLink:
    """A link to nobody; notes that it was closed."""

    def __init__(self, folder: Path) -> None:
        self.hello = Hello("1", 1, str(folder))
        self.on_lost = ignore_loss
        self.is_closed = False

    async def ask(self, command: Command) -> Done:
        return Done(0, connection=1)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def opened() -> list[str]:
    """The lessons that were asked for."""
    return []


@pytest.fixture
def application(qapp: QApplication, opened: list[str]) -> Iterator[Application]:
    before = (qapp.palette(), qapp.styleSheet(), qapp.font())
    application = Application(new_lab=lambda _, parent: LabParts(QWidget(parent), QWidget(parent), opened.append))
    yield application
    application.window.finish()
    application.window.deleteLater()
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])
    qapp.setFont(before[2])


def test_from_the_first_to_the_last_moment(application: Application, run_in_qt_loop: Any, tmp_path: Path) -> None:
    folder = tmp_path / "capture"
    CaptureWriter(folder).close()
    link = QuietLink(folder)

    async def new_link() -> QuietLink:
        return link

    async def work() -> None:
        tasks = Tasks("test")
        desk = application.open(new_link, tasks)
        window = application.window
        await application.operator.start()
        assert window.isVisible() and desk.trace is None and application.live.is_alive
        application._menu.folder_asked.emit()
        assert QGuiApplication.clipboard().text() == str(folder)
        assert "clipboard" in window.toast.text
        dark = application.look.name
        window.bar.theme_asked.emit()
        assert (dark, application.look.name) == ("dark", "light")
        assert application.look.hex("fg0") in QApplication.instance().styleSheet()  # type: ignore[union-attr]
        window.bar.theme_asked.emit()
        assert application.look.name == "dark"
        window.show_mode("Lab")
        assert window.mode == "Lab"
        window.address_pasted.emit("ws://127.0.0.1/")
        assert window.mode == "Connect"
        assert application.save_picture(tmp_path / "window.png")
        assert not application.save_picture(tmp_path / "no" / "window.png")
        await application.close(tasks)
        assert link.is_closed and not window.isVisible()

    run_in_qt_loop(work())
    assert QImage(str(tmp_path / "window.png")).size() == QSize(1440, 900)


@pytest.mark.parametrize("signal", ["quit_asked"])
def test_the_menu_asks_the_window_to_close(application: Application, qtbot: Any, signal: str) -> None:
    application.open(lambda: None, Tasks("test"))  # type: ignore[arg-type,return-value]
    with qtbot.waitSignal(application.window.closing_asked):
        getattr(application._menu, signal).emit()
    application._menu.keys_asked.emit()
    assert application._keys.isVisible()
    application._keys.close()


def test_a_lesson_that_a_diagnosis_offers_is_opened_in_the_lab(application: Application, opened: list[str]) -> None:
    application.open(lambda: None, Tasks("test"))  # type: ignore[arg-type,return-value]
    for name in ("masking", "silent-drop"):
        application.window.detail.diagnosis.lesson_asked.emit(name)
        assert application.window.mode == "Lab" and opened[-1] == name
        application.window.show_mode("Connect")
    assert opened == ["masking", "silent-drop"]
