"""Do the status bar's figures come from the story, in words and colours that say what is wrong?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.status.status_bar import StatusBar
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace

SECOND = 1_000_000_000
NOW = 110 * SECOND
LOST = EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True)
CLEAN = EndInfo("ConnectionClosedOK", "sent 1000 (OK); then received 1000 (OK)", 1000, "", "close_frames", False)


@pytest.fixture
def bar(look: Look, qtbot: Any) -> StatusBar:
    bar = StatusBar(look)
    qtbot.addWidget(bar)
    bar.resize(1440, 24)
    bar.show()
    return bar


@pytest.fixture
def made() -> MadeTrace:
    made = MadeTrace()
    made.state(0.2, State.OPEN)
    made.frame(1.0, b"x" * 1022)
    made.frame(2.0, b"hello", sent=True)
    return made


def text(bar: StatusBar, name: str) -> str:
    return bar.cells[name].text


def shown(bar: StatusBar) -> set[str]:
    return {name for name, cell in bar.cells.items() if not cell.isHidden()}


def test_without_a_connection(bar: StatusBar) -> None:
    bar.show_story(None, 0, 200_000, "Framescope 0.1")
    assert text(bar, "peer") == "not connected"
    assert shown(bar) == {"peer", "received", "dropped", "lag"}
    assert (text(bar, "lag"), bar.recording.text) == ("event-loop lag 0.2 ms", "Framescope 0.1")


def test_traffic(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 0, "recording")
    assert text(bar, "peer") == "feed.example.net"
    assert text(bar, "received") == "received 1 frames · 1.0 KiB"
    assert text(bar, "sent") == "sent 1 frames · 11 B"
    assert text(bar, "rtt") == "RTT no pong yet"


def test_rate(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 0, "")
    for at in (3.0, 4.0):
        made.frame(at, b"x" * 98)
    bar.show_story(made.trace.story, NOW + SECOND, 0, "")
    assert text(bar, "rate") == "rate 2.0/s · 200 B/s"


def test_rtt_and_p99(bar: StatusBar, made: MadeTrace) -> None:
    for at, rtt in ((3.0, 1.84), (8.0, 0.044)):
        made.frame(at, b"p", Opcode.PING, sent=True)
        made.deadline(at, Which.PONG, Change.ARMED, at + 20)
        made.frame(at + rtt, b"p", Opcode.PONG)
    bar.show_story(made.trace.story, NOW, 0, "")
    assert text(bar, "rtt") == "RTT 44 ms · p99 1.84 s"


def test_the_rtt_is_that_of_the_connection_shown(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 0, "")
    made.trace.story.number = 2
    made.frame(3.0, b"p", Opcode.PING, sent=True)
    made.frame(3.1, b"p", Opcode.PONG)
    bar.show_story(made.trace.story, NOW, 0, "")
    assert text(bar, "rtt") == "RTT 100 ms · p99 100 ms"


def test_dropped_frames_are_red(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 0, "")
    assert "err" not in bar.cells["dropped"].tokens()
    made.trace.story.totals.dropped = 3
    bar.show_story(made.trace.story, NOW, 0, "")
    assert (text(bar, "dropped"), bar.cells["dropped"].tokens()) == ("dropped 3", ("err", "err"))


def test_a_lag_above_50_ms_warns(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 50_000_000, "")
    assert "warn" not in bar.cells["lag"].tokens()
    bar.show_story(made.trace.story, NOW, 50_100_000, "")
    assert bar.cells["lag"].tokens() == ("warn", "warn")


@pytest.mark.parametrize(("end", "token"), [(LOST, "err"), (CLEAN, "fg2")])
def test_closed_says_when(bar: StatusBar, made: MadeTrace, look: Look, end: EndInfo, token: str) -> None:
    made.ended(7.25, end)
    bar.show_story(made.trace.story, NOW, 0, "")
    assert text(bar, "peer") == "closed at 7.250 s"
    image = bar.cells["peer"].grab().toImage()
    assert image.pixelColor(15, image.height() // 2).name() == look.hex(token)


def test_an_address_that_cannot_be_read_is_shown_as_it_is(bar: StatusBar) -> None:
    made = MadeTrace(ConnectionInfo("ws://[", "client", {}))
    bar.show_story(made.trace.story, NOW, 0, "")
    assert text(bar, "peer") == "ws://["


def test_in_a_narrow_window_the_least_important_goes_first(bar: StatusBar, made: MadeTrace) -> None:
    bar.show_story(made.trace.story, NOW, 0, "recording · 824 frames")
    assert "rate" in shown(bar)
    bar.resize(620, 24)
    assert "rate" not in shown(bar)
    assert {"peer", "received", "dropped", "lag"} <= shown(bar)
    bar.resize(1440, 24)
    assert "rate" in shown(bar)
