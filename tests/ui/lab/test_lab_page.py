"""Can a person finish a lesson with what is on the page, from the first choice to the mark in the list?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from framescope.lab.lesson import Lesson
from framescope.lab.progress import Progress
from framescope.lab.scenario import Change, End, Turn
from framescope.lab.staging import Comparison
from framescope.ui.actions import LAB_KEYS
from framescope.ui.lab.free_experiment import FREE_NAME
from framescope.ui.lab.lab_page import LabPage
from framescope.ui.panels import takes_tab
from framescope.ui.theme import Look

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
    page.open_lesson(FREE_NAME)
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


def combination(key: QKeyCombination | Qt.Key) -> QKeyCombination:
    return key if isinstance(key, QKeyCombination) else QKeyCombination(key)


@pytest.mark.parametrize("key", [key for each in LAB_KEYS for key in each.keys], ids=str)
def test_every_key_of_the_list_is_taken(page: LabPage, key: QKeyCombination | Qt.Key) -> None:
    wanted = combination(key)
    event = QKeyEvent(QEvent.Type.KeyPress, wanted.key(), wanted.keyboardModifiers())
    event.ignore()
    page.keyPressEvent(event)
    other = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_E, Qt.KeyboardModifier.NoModifier)
    page.keyPressEvent(other)
    assert not other.isAccepted()


def stops(page: LabPage) -> list[QWidget]:
    """All that the tab key stops at, in its order."""
    found: list[QWidget] = []
    widget: QWidget = page
    while (widget := widget.nextInFocusChain()) is not page:
        if takes_tab(widget):
            found.append(widget)
    return found


def in_full_use(page: LabPage) -> None:
    """Make every control usable."""
    page.open_lesson("keepalive-ping-timeout")
    page.player.step()
    page.player.do(Change(at=0, idle_timeout=60, life_timeout=900))
    page.bench.tools.show_changes(1)
    QCoreApplication.processEvents()


def test_the_tab_key_goes_in_reading_order(page: LabPage) -> None:
    in_full_use(page)
    bench, card = page.bench, page.card
    panels = (page.list, bench.tools, bench.ends[False], bench.network, bench.ends[True], bench.sequence)
    panels += (bench.overview, bench.log, card)  # type: ignore[assignment]
    found = stops(page)
    places = [next(n for n, panel in enumerate(panels) if panel is each or panel.isAncestorOf(each)) for each in found]
    assert places == sorted(places) and set(places) == set(range(len(panels)))
    for place in (2, 3, 4):  # the cards: from top to bottom, in a row from left to right
        corners = [each.mapTo(page, QPoint()) for each, at in zip(found, places, strict=True) if at == place]
        assert [(at.y() // 30, at.x()) for at in corners] == sorted((at.y() // 30, at.x()) for at in corners)
    buttons = [each.text() for each, at in zip(found, places, strict=True) if at == 8 and isinstance(each, QPushButton)]
    assert buttons == ["Copy", "Run with the real library", "Previous", "Next"]


def test_every_stop_has_a_name_and_shows_the_focus(page: LabPage, look: Look, qapp: Any) -> None:
    look.apply(qapp)
    in_full_use(page)
    nameless, unseen = [], []
    for widget in stops(page):
        words = widget.accessibleName() or getattr(widget, "text", str)()
        nameless += [] if words.strip() else [widget]
        page.setFocus()
        without = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        unseen += [words] if widget.grab().toImage() == without else []
    qapp.setStyleSheet("")
    assert nameless == [] and unseen == []


def test_f6_goes_from_panel_to_panel(page: LabPage, qtbot: Any) -> None:
    page.setFocus()
    bench = page.bench
    visited = []
    for _ in range(9):
        qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_F6)
        visited.append(page.window().focusWidget())
    panels = (page.list, bench.tools, bench.ends[False], bench.network, bench.ends[True], bench.sequence, bench.log)
    for panel, widget in zip((*panels, page.card, page.list), visited, strict=True):
        assert widget is not None and (panel is widget or panel.isAncestorOf(widget)), panel


def test_keys_of_the_page_reach_the_view(page: LabPage, qtbot: Any) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.choose_speed("instant")
    page.player.play()
    qtbot.keyClick(page, Qt.Key.Key_F)
    assert page.bench.sequence.span.end > 50
    qtbot.keyClick(page, Qt.Key.Key_Home)
    assert page.player.is_back and page.player.run.now == 0.0
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert page.player.run.now > 0.0
    qtbot.keyClick(page, Qt.Key.Key_End)
    assert not page.player.is_back
    page.resize(1100, 630)
    QCoreApplication.processEvents()
    bar = page.card._scroll.verticalScrollBar()
    qtbot.keyClick(page, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(page, Qt.Key.Key_PageUp)
    assert bar.value() == 0


def test_the_arrows_walk_over_the_lessons_and_return_opens_one(page: LabPage, qtbot: Any) -> None:
    rows = list(page.list.rows.values())
    rows[0].setFocus()
    qtbot.keyClick(rows[0], Qt.Key.Key_Up)
    assert rows[0].hasFocus()
    qtbot.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].hasFocus() and page.lesson is not None and page.lesson.number == 1
    qtbot.keyClick(rows[1], Qt.Key.Key_Return)
    assert page.lesson.number == 2 and rows[1].isChecked() and not rows[0].isChecked()
    qtbot.mouseClick(rows[1], LEFT)
    assert rows[1].isChecked()  # a second click does not close it


def test_the_real_library_is_asked_about_what_the_controls_say(page: LabPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Lesson] = []
    monkeypatch.setattr(page.library, "start", asked.append)
    page.open_lesson("keepalive-ping-timeout")
    page.player.do(Turn(at=0, end="client", knob="ping_timeout", value=7.0))
    page.player.step()
    page.player.do(Turn(at=0, end="client", knob="close_timeout", value=1.0))
    page.player.do(Change(at=0, latency=0.1))
    page.card.program.real.click()
    (lesson,) = asked
    assert lesson.scenario.client.ping_timeout == 7.0 and lesson.scenario.client.close_timeout == 1.0
    assert [act.at for act in lesson.scenario.script] == [8.3, page.player.run.inputs[-1].at]
    same = [Comparison("client", "a", "a")]
    page.library.told.emit(same, "")
    assert "Client: the same" in page.card.program.said.text and "before" not in page.card.program.said.text
    page.player.do(Change(at=0, latency=0.2))
    assert page.card.program.said.text == ""  # it was said of other settings
    page.card.program.real.click()
    page.player.do(Change(at=0, latency=0.3))
    page.library.told.emit(same, "")
    assert "before your last change" in page.card.program.said.text


def test_the_real_library_is_asked_about_an_experiment(page: LabPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Lesson] = []
    monkeypatch.setattr(page.library, "start", asked.append)
    page.open_lesson(FREE_NAME)
    page.player.step()
    page.player.run.run_until(3.0)
    page.player.do(Change(at=0, black_hole=True))
    page.card.program.real.click()
    (lesson,) = asked
    assert lesson.scenario.script == (Change(at=3.0, black_hole=True),) and lesson.scenario.duration < 60
    page.library.told.emit([Comparison("server", None, None)], "")
    assert f"up to {lesson.scenario.duration:.1f} s" in page.card.program.said.text
    page.player.do(Change(at=0, counts_messages_only=True))
    assert not page.card.program.real.isEnabled()


def test_nothing_runs_where_nobody_looks(page: LabPage) -> None:
    page.player.play()
    page.hide()
    assert not page.player.is_playing


def test_another_lesson_ends_what_runs(page: LabPage, qtbot: Any) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.play()
    page.library.start(page.lesson)  # type: ignore[arg-type]
    assert page.library.is_running
    with qtbot.assertNotEmitted(page.library.told):
        page.open_lesson("idle-timeout")
    assert not page.player.is_playing and page.player.run.now == 0.0 and not page.library.is_running
    assert page.card.program.said.text == "" and page.card.program.real.text() == "Run with the real library"


def test_with_the_window_the_real_library_goes(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.library.start(page.lesson)  # type: ignore[arg-type]
    page.window().close()
    assert not page.library.is_running


def test_an_answer_outlives_a_new_beginning(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    rows = page.card.question.rows
    rows[1].click()
    assert rows[1].part == "chosen"
    page.player.step()
    page.player.restart()
    assert rows[1].part == "chosen" and page.card.chosen == 1
    page.player.choose_speed("instant")
    page.player.play()
    assert (rows[1].part, rows[2].part) == ("wrong", "right")
    page.player.look_at(1.0)
    assert (rows[1].part, rows[2].part) == ("wrong", "right")  # what was told stays told
    page.player.restart()
    assert rows[1].part == "chosen" and rows[1].isEnabled()
    page.open_lesson("keepalive-ping-timeout")
    assert page.card.chosen is None


def test_a_lesson_that_cannot_be_played_says_why(
    look: Look, lessons: dict[str, Lesson], tmp_path: Path, qtbot: Any
) -> None:
    sound = lessons["masking"]
    broken = msgspec.structs.replace(
        sound, name="broken", scenario=msgspec.structs.replace(sound.scenario, client=End(ping_interval="soon"))
    )
    page = LabPage(look, [broken, sound], Progress(tmp_path / "lessons.json"), lambda: tmp_path)
    qtbot.addWidget(page)
    assert page.lesson is None and "broken" in page.toast.text  # the free experiment stands there
    page.open_lesson("masking")
    page.open_lesson("broken")
    assert page.lesson is sound and page.head._title.whole == sound.title


def test_without_lessons_there_is_the_free_experiment(look: Look, tmp_path: Path, qtbot: Any) -> None:
    page = LabPage(look, [], Progress(tmp_path / "lessons.json"), lambda: tmp_path)
    qtbot.addWidget(page)
    assert page.lesson is None and page.list.count_text == "0 of 0 done"
    page.player.step()
    assert page.player.run.now > 0


def test_progress_that_cannot_be_kept_is_told_once(
    look: Look, lessons: dict[str, Lesson], tmp_path: Path, qtbot: Any
) -> None:
    (tmp_path / "lessons.json").mkdir()
    page = LabPage(look, [lessons["masking"]], Progress(tmp_path / "lessons.json"), lambda: tmp_path)
    qtbot.addWidget(page)
    page.card.question.rows[0].click()
    page.player.choose_speed("instant")
    page.player.play()
    assert page.list.rows["masking"].is_done and "cannot be kept" in page.toast.text
    page.toast.show_text("")
    page.player.play()
    assert page.toast.text == ""


@pytest.mark.parametrize("size", [QSize(1100, 630), QSize(1440, 850), QSize(1900, 1100)])
def test_it_fits_every_window(page: LabPage, look: Look, qapp: Any, size: QSize) -> None:
    look.apply(qapp)
    page.resize(size)
    QCoreApplication.processEvents()
    assert page.size() == size and page.minimumSizeHint().width() <= 1100
    bench = page.bench
    assert bench.sequence.width() >= 300 and bench.log.height() >= 90
    inner = bench.network.findChild(QWidget, "network")
    assert inner is not None and inner.width() <= inner.parentWidget().width()  # the scroll bar covers nothing
    qapp.setStyleSheet("")


def test_the_free_experiment_has_neighbours(page: LabPage) -> None:
    page.open_lesson(FREE_NAME)
    assert page.lesson is None and not page.card.question.isVisible() and page.card.program.real.isEnabled()
    page.card.previous.click()
    assert page.lesson is not None and page.lesson.number == len(page.list.rows) - 1
    page.open_lesson(FREE_NAME)
    page.card.next.click()
    assert page.lesson.number == 1
