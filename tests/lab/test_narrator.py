"""Are an endpoint's and the network's events told in the library's words, at the run's own time?"""

from __future__ import annotations

import pytest

from framescope.engine import events
from framescope.engine.errors import Violation
from framescope.engine.events import Change, Which
from framescope.engine.frames import Frame
from framescope.engine.path import Cut, CutOff, PathEvent, Reset, Swallowed
from framescope.engine.settings import Timeouts
from framescope.lab.narrator import Narrator
from framescope.lab.notebook import Notebook

START = 1000.0
TEXT, PING, CLOSE = (
    Frame(0x81, b"hi", None, 2, 2, 0),
    Frame(0x89, b"1234", None, 2, 4, 0),
    Frame(0x88, b"", None, 2, 0, 0),
)


def narrator() -> Narrator:
    told = Narrator(Notebook(), START)
    told.knobs(True, Timeouts(10, 20, 3, 2))
    return told


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (TEXT, "message received", "Message received, 2 B"),
        (PING, "ping received", "Ping received"),
        (CLOSE, "close received", "Close 1005 received"),
        (events.LateFrame(PING), "ping received", "Ping received"),
        (events.FrameSent(TEXT, 0.0, False, False), "message sent", "Message sent, 2 B"),
        (events.FrameSent(PING, 0.0, False, False), "ping sent", "Ping sent"),
        (events.FrameSent(PING, 0.0, True, False), "ping sent", "Keepalive ping sent"),
        (
            events.FrameSent(CLOSE._replace(payload=b"\x03"), 0.0, False, False),
            "close sent",
            "Close without a code sent",
        ),
        (events.Ponged(b"", 0.044, False), "pong received", "Pong received, RTT 44 ms"),
        (events.Ponged(b"", 27.4, True), "pong too late", "Pong received, RTT 27.4 s: too late"),
        (events.DeadlineChanged(Which.CLOSE, Change.MISSED, 1.0), "close deadline", "2 s without Close: TCP dropped"),
        (events.KnobTurned("ping_timeout", 20.0, None), "knob", "ping_timeout 20 → None"),
        (
            events.ViolationSeen(Violation("a rule", "RFC 6455 5.1", 0, 1002, "")),
            "violation",
            "a rule (RFC 6455 5.1), received",
        ),
    ],
)
def test_events_become_lines(event: events.Event, kind: str, text: str) -> None:
    told = narrator()
    told.event(event, 1.5, True)
    ((time, who, its_kind, *_),) = told.notebook.notes
    assert (time, who, its_kind, told.notebook.notes[0].text) == (1.5, "server", kind, text)


def test_a_missed_pong_is_told_with_the_limit_that_its_ping_had() -> None:
    told = narrator()
    told.event(events.FrameSent(PING, 0.0, True, False), 1.0, True)
    told.knobs(True, Timeouts(10, 20, 7, 2))
    told.event(events.FrameSent(PING, 0.0, False, False), 2.0, True)  # an application's own has none
    told.event(events.DeadlineChanged(Which.PONG, Change.MISSED, 1.0), 4.0, True)
    assert told.notebook.notes[-1].text == "3 s without pong"


def test_a_message_behind_a_violation_reaches_no_application() -> None:
    told = narrator()
    told.event(events.ViolationSeen(Violation("a rule", "RFC 6455 5.1", 0, 1002, ""), sent=True), 0.0, True)
    told.event(TEXT, 0.0, True)
    told.event(events.ViolationSeen(Violation("a rule", "RFC 6455 5.1", 0, 1002, "")), 0.0, True)
    told.event(TEXT, 0.0, True)
    assert [note.kind for note in told.notebook.notes] == ["violation", "message received", "violation"]


def test_a_message_in_fragments_is_told_whole_and_once() -> None:
    told = narrator()
    for first in (0x01, 0x00, 0x80, 0x81):
        told.event(TEXT._replace(first=first), 0.0, True)
        told.event(events.FrameSent(TEXT._replace(first=first), 0.0, False, False), 0.0, True)
    texts = [note.text for note in told.notebook.notes]
    assert texts == ["Message received, 6 B", "Message sent, 6 B", "Message received, 2 B", "Message sent, 2 B"]


@pytest.mark.parametrize(
    "event",
    [
        TEXT._replace(first=0x01),
        Frame(0x8A, b"", None, 2, 0, 0),
        events.FrameSent(TEXT._replace(first=0x01), 0.0, False, False),
        events.FrameSent(Frame(0x8A, b"", None, 2, 0, 0), 0.0, False, False),
        events.DeadlineChanged(Which.PONG, Change.ARMED, 1.0),
        events.DeadlineChanged(Which.PING, Change.MISSED, 1.0),
        events.StateChanged(events.State.OPEN, events.State.CLOSING),
    ],
)
def test_some_events_are_no_news(event: events.Event) -> None:
    told = narrator()
    told.event(event, 0.0, True)
    assert told.notebook.notes == []


@pytest.mark.parametrize(
    ("event", "who", "text"),
    [
        (Swallowed(True, 0, 6, False), "network", "6 B to the server swallowed"),
        (Swallowed(False, 0, 6, True), "network", "6 B to the client lost; TCP repeats them"),
        (CutOff(True, Cut.FIN), "network", "The middlebox cuts the connection (FIN): idle for too long"),
        (CutOff(False, Cut.RESET), "network", "The middlebox cuts the connection (RST): it is too old"),
        (CutOff(True, Cut.SILENT), "network", "The middlebox cuts the connection (in silence): idle for too long"),
        (Reset(False), "client", "RST received"),
        (Reset(True, True), "server", "TCP gives up: nothing was acknowledged"),
    ],
)
def test_the_networks_doings_become_lines(event: PathEvent, who: str, text: str) -> None:
    told = narrator()
    told.path_event(event, START + 2)
    (note,) = told.notebook.notes
    assert (note.time, note.who, note.text) == (2.0, who, text)


def test_an_extension_is_told_with_the_opening() -> None:
    told = narrator()
    opened = events.Opened(None, None, None, "permessage-deflate")  # type: ignore[arg-type]
    told.event(opened, 0.0, False)
    assert told.notebook.notes[0].text == "OPEN, permessage-deflate"


def test_a_heartbeat_that_is_lost_is_an_error_and_a_pause_a_warning() -> None:
    told = narrator()
    told.note(START, False, "heartbeat lost", "no answer")
    told.note(START, None, "reset")
    told.note(START, True, "thawed")
    assert [(note.who, note.tone) for note in told.notebook.notes] == [
        ("client", "err"),
        ("network", "warn"),
        ("server", ""),
    ]
