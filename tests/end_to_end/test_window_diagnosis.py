"""Does the window explain real failures, live as recorded, and do its suggestions reach the connection they name?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from framescope.analysis.book import TraceBook
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.capture.reader import CaptureReader
from framescope.engine.events import Which
from framescope.engine.state import State
from framescope.gui import _new_lab
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.diagnosis.diagnosis_page import DiagnosisPage
from framescope.ui.diagnosis.lesson_button import LessonButton
from framescope.ui.diagnosis.step_list import StepRow
from framescope.ui.diagnosis.tries import Tries
from framescope.ui.frames.frame_detail import CONNECTION
from framescope.ui.lab.lab_page import LabPage
from helpers.peer_process import PeerProcess
from helpers.scope import Scope

embedded = pytest.mark.parametrize("link_kind", ["embedded"], indirect=True)


def page_of(scope: Scope) -> DiagnosisPage:
    return scope.window.detail.diagnosis


def suggestion(scope: Scope) -> QPushButton:
    """The button that turns a knob."""
    buttons = page_of(scope).tries.findChildren(QPushButton)
    (found,) = (button for button in buttons if not isinstance(button, LessonButton) and not button.isHidden())
    return found


def caption(scope: Scope) -> str:
    return caption_of(page_of(scope).tries)


def caption_of(tries: Tries) -> str:
    """What stands beside the heading: what a click will do."""
    (label,) = tries.findChildren(ElidedLabel)
    return label.whole


async def fail_with_a_late_pong(scope: Scope, peer: PeerProcess) -> None:
    """The peer sleeps beyond the deadline, and answers when it wakes."""
    scope.turn("close_timeout", "5")
    scope.turn("ping_interval", "0.3")
    await scope.open(peer.url())
    await scope.until(lambda: scope.pings and scope.pings[-1].answered, "a pong")
    peer.pause()
    scope.turn("ping_timeout", "0.4")
    await scope.until(lambda: scope.story.missed, "the deadline")
    peer.resume()
    await scope.ended()
    assert [mark.which for mark in scope.story.missed] == [Which.PONG]
    assert scope.pings[-1].answered  # too late


def test_a_suggestion_reconnects_or_turns_the_connection_that_runs(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        await fail_with_a_late_pong(scope, peer)
        first = scope.trace
        await scope.until(lambda: caption(scope).startswith("reconnects to 127.0.0.1"), "the caption")
        assert caption(scope).startswith(f"reconnects to 127.0.0.1:{peer.port} · ") and caption(scope).endswith("× 1.6")
        (tried,) = (attempt for attempt in page_of(scope)._shown[1].tries if attempt.knob)  # type: ignore[index]
        assert suggestion(scope).text() == f"Raise ping_timeout to {tried.value:g} s"
        scope.turn("ping_interval", "20")
        await scope.press_for_new_trace(suggestion(scope))
        await scope.until(lambda: scope.story.state is State.OPEN, "the second connection")
        second = scope.trace
        assert second.number == 2 and second.story.knobs["ping_timeout"] == tried.value
        assert second.story.knob_turns == []  # it was begun with it
        assert not page_of(scope).isVisible()

        scope.turn("ping_timeout", "3")
        await scope.until(lambda: second.story.knobs["ping_timeout"] == 3.0, "the hand's own value")
        scope.window.head.connection_chosen.emit(first.number)
        await scope.until(lambda: scope.desk.trace is first and page_of(scope).isVisible(), "the first connection")
        await scope.until(lambda: caption(scope).startswith("applies to connection 2, now OPEN · "), "the caption")
        scope.click(suggestion(scope))
        await scope.until(lambda: second.story.knobs["ping_timeout"] == tried.value, "the knob")
        assert second.story.state is State.OPEN and second.story.knob_turns[-1].new == tried.value
        assert scope.desk.trace is first and first.story.knobs["ping_timeout"] == 0.4
        assert len(peer.facts("opened")) == 2

    with PeerProcess(tmp_path, "websockets", ping_interval=None) as peer:
        scope_run(act)


@embedded
def test_a_suggestion_turns_the_connection_that_lives(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        scope.turn("ping_interval", "0.2")
        scope.turn("ping_timeout", "5")
        await scope.open(peer.url())
        live = scope.window.detail.live_what_if
        scope.window.show_detail()
        scope.window.detail.show_tab(CONNECTION)
        await scope.until(lambda: len([ping for ping in scope.pings if ping.answered]) > 20, "21 pongs")
        await scope.until(lambda: live.isVisible() and live.tries.isVisible(), "the suggestion")
        await scope.until(lambda: caption_of(live.tries).startswith("applies to connection 1, now OPEN"), "the caption")
        # It is made anew with every slower pong: found and clicked at once.
        (button,) = (each for each in live.tries.findChildren(QPushButton) if not each.isHidden())
        text = button.text()
        scope.click(button)
        await scope.until(lambda: scope.story.knobs["ping_timeout"] != 5.0, "the knob")
        value = scope.story.knobs["ping_timeout"]
        assert text == f"Lower ping_timeout to {value:g} s" and value >= 1
        assert scope.story.state is State.OPEN and len(peer.facts("opened")) == 1

    with PeerProcess(tmp_path, "websockets", ping_interval=None) as peer:
        scope_run(act)


async def stop(scope: Scope, peer: PeerProcess) -> None:
    scope.turn("close_timeout", "0.4")
    scope.turn("ping_interval", "0.3")
    await scope.open(peer.url())
    await scope.until(lambda: scope.pings and scope.pings[-1].answered, "a pong")
    peer.pause()
    scope.turn("ping_timeout", "1")


async def kill(scope: Scope, peer: PeerProcess) -> None:
    scope.turn("ping_interval", "0.3")
    await scope.open(peer.url())
    await scope.until(lambda: scope.pings and scope.pings[-1].answered, "a pong")
    peer.kill()


async def ask_for_403(scope: Scope, peer: PeerProcess) -> None:
    await scope.connect(peer.url("/403"))


async def trust_nobody(scope: Scope, peer: PeerProcess) -> None:
    await scope.connect(peer.url())


async def send_too_much(scope: Scope, peer: PeerProcess) -> None:
    scope.turn("ping_interval", "0.3")
    await scope.open(peer.url())
    scope.send("x" * 5000)


#: what happens; the peer and its options; the cause that a person is told first; whether another ping_timeout matters
CASES: dict[str, tuple[Any, str, dict[str, Any], tuple[str, ...], bool]] = {
    "stopped": (stop, "websockets", {"ping_interval": None}, ("silence",), True),
    "killed": (kill, "websockets", {"ping_interval": None}, ("fin_by_peer", "rst_by_peer"), False),
    "403": (ask_for_403, "http", {}, ("refused_status",), False),
    "certificate": (trust_nobody, "websockets", {"certificate": True}, ("failed_tls",), False),
    "too big": (send_too_much, "acting", {"serve": {"max_size": 1000}}, ("too_big_for_peer",), False),
}


@embedded
@pytest.mark.parametrize("name", CASES)
def test_real_failures_are_explained_live_as_recorded(scope_run: Any, tls: Any, tmp_path: Path, name: str) -> None:
    happen, kind, options, keys, is_asked = CASES[name]
    if "certificate" in options:
        options = {**options, "certificate": str(tls.certificate)}

    async def act(scope: Scope) -> None:
        await happen(scope, peer)
        await scope.ended()
        await scope.table_settled()
        page, trace = page_of(scope), scope.trace
        found = diagnose(trace)
        assert found is not None and page.isVisible()
        assert found.causes[0].key in keys
        assert page.headline.headline.text() == found.headline
        assert page.what_if.isVisible() is is_asked
        rows = [row for row in page.steps.findChildren(StepRow) if row.isVisible()]
        assert len(rows) == len(found.steps) == len(scope.window.timeline._canvas.steps)
        for row, step in zip(rows, found.steps, strict=True):
            scope.click(row)
            if step.row is not None:
                assert scope.window.table.selected_row == step.row == scope.window.timeline._canvas.selected
            assert page.isVisible()
        assert recorded_report(scope) == page.report
        for part in (*found.steps, *found.tries):
            assert part.text in page.report

    with PeerProcess(tmp_path, kind, **options) as peer:
        scope_run(act)


def recorded_report(scope: Scope) -> str:
    """Read the capture again from its folder, and write its report."""
    reader = CaptureReader(scope.folder)
    page = DiagnosisPage(scope.application.look)
    try:
        book = TraceBook(reader)
        while book.poll():
            pass
        trace = book.traces[scope.trace.number]
        found = diagnose(trace, others=list(book.traces.values()), halts=book.halts)
        assert found is not None
        page.show_diagnosis(trace, found)
        return page.report
    finally:
        reader.close()
        page.deleteLater()


@embedded
def test_the_lesson_that_is_offered_opens_in_the_lab(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        scope.application._new_lab = _new_lab
        await scope.open(peer.url())
        peer.kill()
        await scope.ended()
        (button,) = page_of(scope).tries.findChildren(LessonButton)
        scope.click(button)
        assert scope.window.mode == "Lab"
        (lab,) = scope.window.findChildren(LabPage)
        assert lab.lesson is not None and lab.lesson.name == button.name == "no-close-frame"
        lab.open_lesson("masking")
        scope.window.show_mode("Connect")
        assert page_of(scope).isVisible()
        scope.click(button)
        assert lab.lesson.name == "no-close-frame" and scope.window.findChildren(LabPage) == [lab]

    with PeerProcess(tmp_path, "websockets", ping_interval=None) as peer:
        scope_run(act)
