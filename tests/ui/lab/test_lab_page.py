"""Can a person finish a lesson with what is on the page, from the first choice to the mark in the list?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QWidget

from framescope.lab.progress import Progress
from framescope.lab.scenario import Change, Turn
from framescope.ui.lab.lab_page import LabPage
from framescope.ui.lab.lesson_list import FREE

LEFT = Qt.MouseButton.LeftButton


def test_a_lesson_from_beginning_to_end(page: LabPage, qtbot: Any, tmp_path: Path) -> None:
    qtbot.mouseClick(page.list.rows["keepalive-ping-timeout"], LEFT)
    assert page.head._title.whole == "Keepalive ping timeout (1011)"
    qtbot.mouseClick(page.card.question.rows[2], LEFT)
    qtbot.mouseClick(page.bench.tools.speeds["instant"], LEFT)
    qtbot.mouseClick(page.bench.tools.run, LEFT)
    assert page.player.run.is_over and page.card.question.rows[2].part == "chosen right"
    assert page.list.rows["keepalive-ping-timeout"].is_done
    assert Progress(tmp_path / "lessons.json").done == {"keepalive-ping-timeout"}
    assert page.bench.tools.time_text == "50.6 s" and page.bench.ends[False].chip.word == "CLOSED"
    assert page.bench.log.model.rowCount() > 10 and "36" in page.status.cells["swallowed"].text
    page.card.next.click()
    assert page.lesson is not None and page.lesson.name == "idle-timeout" and page.player.run.now == 0.0


def test_the_first_lesson_that_is_not_done_is_open(page: LabPage) -> None:
    assert page.lesson is not None and page.lesson.number == 1 and not page.card.previous.isEnabled()


def test_every_lesson_opens_and_runs(page: LabPage) -> None:
    page.player.choose_speed("instant")
    for name in page.list.rows:
        page.open_lesson(name)
        page.player.play()
        assert page.player.run.is_over
        page.grab()


def test_the_program_follows_the_controls(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.bench.ends[False].asked.emit(Turn(at=0, end="client", knob="ping_timeout", value=7.0))
    assert "ping_timeout=7" in page.card.program._program
    page.player.step()
    page.player.do(Turn(at=0, end="client", knob="ping_timeout", value=9.0))
    assert "ping_timeout=9" in page.card.program._program


def test_a_control_acts_on_the_run(page: LabPage) -> None:
    page.open_lesson(FREE)
    page.player.step()
    page.player.run.run_until(3.0)
    page.bench.network.asked.emit(Change(at=0, black_hole=True))
    assert page.player.run.path.conditions.is_black_hole and page.bench.network.hole.isChecked()
    page.player.run.run()
    page.player.moved.emit()
    assert page.player.run.notebook.of("client", "pong deadline")


def test_a_run_is_kept_and_the_toast_says_where(page: LabPage, tmp_path: Path) -> None:
    page.player.choose_speed("instant")
    page.player.play()
    page.head.save.click()
    (folder,) = (tmp_path / "captures").iterdir()
    assert str(folder) in page.toast.text and (folder / "index").is_file()


def test_a_folder_that_cannot_be_written_is_told(page: LabPage, tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("", "utf-8")
    page.head.save.click()
    assert "could not be kept" in page.toast.text


def test_space_runs_and_pauses(page: LabPage, qtbot: Any) -> None:
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert page.player.is_playing and page.bench.tools.run.text() == "Pause"
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert not page.player.is_playing


def test_nothing_runs_where_nobody_looks(page: LabPage) -> None:
    page.player.play()
    page.hide()
    assert not page.player.is_playing


@pytest.mark.parametrize("size", [QSize(1100, 630), QSize(1440, 850), QSize(1900, 1100)])
def test_it_fits_every_window(page: LabPage, size: QSize) -> None:
    page.resize(size)
    QCoreApplication.processEvents()
    assert page.size() == size and page.minimumSizeHint().width() <= 1100
    bench = page.bench
    assert bench.sequence.width() >= 300 and bench.log.height() >= 90
    inner = bench.network.findChild(QWidget, "network")
    assert inner is not None and inner.width() <= bench.network.width()


def test_the_free_experiment_has_neighbours(page: LabPage) -> None:
    page.open_lesson(FREE)
    assert page.lesson is None and not page.card.question.isVisible() and not page.card.program.real.isEnabled()
    page.card.previous.click()
    assert page.lesson is not None and page.lesson.number == len(page.list.rows) - 1
    page.open_lesson(FREE)
    page.card.next.click()
    assert page.lesson.number == 1
