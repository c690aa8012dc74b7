"""Are the desk's sentences true of the state in which they are said?"""

from __future__ import annotations

import pytest

from framescope.analysis.book import TraceBook
from framescope.analysis.model import Story
from framescope.capture.details import ConnectionInfo, HandshakeInfo
from framescope.capture.records import Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui import desk_words
from helpers.made_trace import MadeTrace
from helpers.scripted import Script


def story(state: State, *, is_waiting: bool = False) -> Story:
    made = MadeTrace()
    made.state(0.0, state)
    made.deadline(1.0, Which.PONG, Change.ARMED if is_waiting else Change.MET, 21.0)
    return made.trace.story


@pytest.mark.parametrize(
    ("name", "value", "state", "text"),
    [
        ("ping_interval", 5.0, None, "ping_interval is 5 s: for the next connection"),
        ("ping_timeout", None, None, "ping_timeout is None: for the next connection"),
        ("ping_interval", 0.5, State.OPEN, "ping_interval is 0.5 s, from the last ping on"),
        ("ping_interval", None, State.OPEN, "ping_interval is None: no more pings"),
        ("ping_timeout", 1.0, State.OPEN, "ping_timeout is 1 s: for the next ping"),
        ("open_timeout", 1.0, State.CONNECTING, "open_timeout is 1 s: the running deadline moved"),
        ("open_timeout", 1.0, State.OPEN, "open_timeout is 1 s: for the next connect"),
        ("close_timeout", 1.0, State.CLOSING, "close_timeout is 1 s: the running deadline moved"),
        ("close_timeout", 1.0, State.OPEN, "close_timeout is 1 s: for the next close"),
    ],
)
def test_a_turned_knob(name: str, value: float | None, state: State | None, text: str) -> None:
    assert desk_words.knob_turned(name, value, None if state is None else story(state)) == text


def test_a_ping_in_flight_keeps_its_deadline() -> None:
    text = desk_words.knob_turned("ping_timeout", 1.0, story(State.OPEN, is_waiting=True))
    assert text == "ping_timeout is 1 s: for the next ping, the one in flight keeps its deadline"


def test_elapsed_counts_from_the_present_state() -> None:
    made = MadeTrace()
    start = made.trace.story.start
    assert desk_words.elapsed(Story(1, start), start + 2_000_000_000) == 2.0
    made.state(3.0, State.OPEN)
    assert desk_words.elapsed(made.trace.story, start + 5_000_000_000) == 2.0
    assert desk_words.elapsed(made.trace.story, start) == 0.0


@pytest.mark.parametrize(
    ("extensions", "subprotocol", "text"),
    [
        ("", None, "TLS 1.3 · no compression"),
        ("permessage-deflate", "v1", "TLS 1.3 · deflate · v1"),
        ("", "x" * 60, "TLS 1.3 · no compression · " + "x" * 24),
    ],
)
def test_the_summary_is_what_was_agreed(extensions: str, subprotocol: str | None, text: str) -> None:
    made = MadeTrace()
    assert desk_words.summary(made.trace.story) == ""
    made.phase(0.1, Phase.TLS, PhaseChange.DONE, tls_version="TLSv1.3")
    made.handshake(0.2, HandshakeInfo("", [], 101, "", [], subprotocol, extensions))
    assert desk_words.summary(made.trace.story) == text


@pytest.mark.parametrize(("url", "is_unchecked"), [("wss://a.example/", True), ("ws://a.example/", False)])
def test_an_unchecked_certificate_is_told_where_there_is_one(url: str, is_unchecked: bool) -> None:
    story = MadeTrace(ConnectionInfo(url, "client", {}, is_verified=False)).trace.story
    assert desk_words.is_unchecked(story) is is_unchecked
    assert desk_words.summary(story) == ("certificate not checked" if is_unchecked else "")


def test_a_refused_handshake_agreed_on_nothing() -> None:
    made = MadeTrace()
    made.handshake(0.2, HandshakeInfo("", [], 403, "", [], is_accepted=False))
    assert desk_words.summary(made.trace.story) == ""


def test_a_lost_probe() -> None:
    assert desk_words.probe_lost("the probe was killed") == (
        "The probe has ended",
        "The probe was killed. What it captured is kept.",
    )


def test_the_recording() -> None:
    script = Script()
    book = TraceBook(script)  # type: ignore[arg-type]  # a reader in memory
    script.connection()
    script.received(Opcode.TEXT, b"x", at=1)
    book.poll()
    assert desk_words.recording(None, 1) == desk_words.recording(book, None) == desk_words.recording(book, 9) == ""
    assert desk_words.recording(book, 1) == "recording · 1 frame kept"
    book.recording_stopped = "Recording stopped: the disk is full"
    assert desk_words.recording(book, 1) == "Recording stopped: the disk is full"


@pytest.mark.parametrize(
    ("running", "is_asking", "text"),
    [
        (None, False, "reconnects to feed.test:8443"),
        (None, True, "for the connection that begins"),
        (3, False, "applies to connection 3, now OPEN"),
    ],
)
def test_what_a_try_acts_on(running: int | None, is_asking: bool, text: str) -> None:
    url = "wss://feed.test:8443/a?token=x"
    assert desk_words.try_effect(running, State.OPEN, url, is_asking=is_asking) == text


def test_before_any_connection_a_try_acts_on_none() -> None:
    assert desk_words.try_effect(None, State.CONNECTING, "", is_asking=False) == ""


def test_a_long_host_leaves_room_for_the_reason() -> None:
    text = desk_words.try_effect(None, State.OPEN, f"ws://{'a' * 500}/", is_asking=False)
    assert len(text) < 60
