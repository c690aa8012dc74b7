"""Do the rails line up with the cards beside them?"""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QSize

from framescope.lab.scenario import Turn
from framescope.ui.lab.lab_page import LabPage


def test_the_rails_stand_where_the_cards_meet_the_network(page: LabPage) -> None:
    bench = page.bench
    for size in (QSize(1440, 850), QSize(1100, 630)):
        page.resize(size)
        for _ in range(3):
            QCoreApplication.processEvents()
        client, server = bench.ends[False], bench.ends[True]
        rails = bench.sequence._rails
        assert (
            rails.client
            == client.mapTo(bench, QPoint(0, client.height())).y() - bench.sequence.mapTo(bench, QPoint()).y()
        )
        assert rails.server == server.mapTo(bench, QPoint()).y() - bench.sequence.mapTo(bench, QPoint()).y()
        assert rails.server - rails.client > 80


def test_a_small_window_shows_the_faults_and_every_knob(page: LabPage, qtbot: Any) -> None:
    bench = page.bench
    usual = bench.ends[False].height()
    page.resize(QSize(1100, 630))
    qtbot.waitUntil(lambda: bench.ends[False].height() < usual)
    room = bench.network.rect()
    for widget in (*(bench.network.sliders[name] for name in ("latency", "jitter", "bandwidth")), bench.network.hole):
        assert room.contains(widget.mapTo(bench.network, widget.rect().bottomRight()))
    for card in bench.ends.values():
        assert all(card.rect().contains(edit.geometry()) for edit in card.edits.values())
    page.resize(QSize(1440, 850))
    qtbot.waitUntil(lambda: bench.ends[False].height() == usual)


def test_a_look_back_shows_both_ends_as_they_were(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.choose_speed("instant")
    page.player.play()
    bench = page.bench
    assert bench.sequence.span.start == 0 and bench.sequence.span.end < 16  # the moment asked about
    log = bench.log
    told = log.model.note(log.table.rowAt(log.table.viewport().height() - 4))
    assert (told.who, told.kind) == ("client", "raised")  # and its line
    assert bench.overview.text == "0 – 50.6 s" and bench.ends[False].chip.word == "CLOSED"
    bench.sequence.moment_asked.emit(8.0)
    assert bench.ends[False].chip.word == "OPEN" and not bench.network.hole.isChecked()
    assert bench.tools.time_text == "8.0 s" and bench.overview.text == "8.0 of 50.6 s"
    bench.sequence.event_asked.emit(1)
    assert page.player.run.now > 8.0 and bench.tools.time_text == f"{page.player.run.now:.1f} s"
    bench.overview.now.click()
    assert bench.ends[False].chip.word == "CLOSED" and not page.player.is_back
    assert page.card.question.hint.text() != ""  # nothing was chosen, and what the run told stays told


def test_behind_the_last_event_the_run_steps_on_until_it_is_over(page: LabPage) -> None:
    page.open_lesson("no-close-frame")
    page.bench.sequence.event_asked.emit(1)
    assert page.player.has_begun and page.player.run.now > 0.0
    page.player.choose_speed("instant")
    page.player.play()
    over = page.player.run
    page.bench.sequence.event_asked.emit(1)
    assert page.player.run is over


def test_a_long_look_back_says_where_it_leads(page: LabPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.choose_speed("instant")
    page.player.play()
    bench, look_back, seconds = page.bench, page.player.look_back, count()
    monkeypatch.setattr(look_back, "_monotonic", lambda: next(seconds) * 0.02)
    for moment in (30.0, 20.0):
        bench.overview.strip.moment_asked.emit(moment)
        assert bench.overview.text == f"to {moment:.1f} s …" and bench.overview.strip._now == moment
    assert page.player.run is page.player.whole
    qtbot.waitUntil(lambda: not look_back.is_working)
    assert page.player.run.now == 20.0 and bench.overview.text == "20.0 of 50.6 s"


def test_a_look_back_goes_on_from_there(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.choose_speed("instant")
    page.player.play()
    rows = page.bench.log.model.rowCount()
    page.bench.overview.strip.moment_asked.emit(5.0)
    assert page.bench.log.model.rowCount() == rows
    page.player.do(Turn(at=0, end="client", knob="ping_timeout", value=30.0))
    assert not page.player.is_back and page.bench.log.model.rowCount() < rows
    assert page.bench.tools.again.isVisibleTo(page)
    page.player.play()
    assert page.player.run.notebook.of("client", "raised")[0].time > 30
    page.bench.tools.restart.click()
    assert "without the change" in page.toast.text
    page.bench.tools.again.click()
    assert page.player.run.notebook.of("client", "raised")[0].time > 30


def test_the_whole_run_can_be_moved_over(page: LabPage) -> None:
    page.open_lesson("keepalive-ping-timeout")
    page.player.choose_speed("instant")
    page.player.play()
    strip, span = page.bench.overview.strip, page.bench.sequence.span
    strip.span_asked.emit(30.0, 40.0)
    assert (span.start, span.end) == (30.0, 40.0)
    strip.pan_asked.emit(-5.0)
    assert span.start == 25.0
    page.bench.overview.all.click()
    assert span.start == 0.0 and span.end > 50.6
    page.bench.overview.now.click()
    assert span.length < 16 and span.start < 50.6 < span.end


def test_while_it_plays_the_slow_parts_wait(page: LabPage) -> None:
    page.player.play()
    page.player.pause()
    page.bench.refresh(is_whole=False)
    assert page.bench.tools.time_text.endswith(" s")
