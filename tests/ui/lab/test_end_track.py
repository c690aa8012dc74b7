"""Does an end's band show the states, waits and deadlines that its run had?"""

from __future__ import annotations

import pytest

from framescope.engine.state import State
from framescope.lab.lessons import play
from framescope.lab.notebook import Notebook
from framescope.ui.lab.end_track import LEFT, MET, MISSED, OPEN, Tracks
from helpers.shipped_lessons import all_lessons

LESSONS = {lesson.name: lesson for lesson in all_lessons()}


def tracks_of(name: str) -> Tracks:
    run = play(LESSONS[name])
    tracks = Tracks({False: run.scenario.client.timeouts().ping_timeout, True: 20.0})
    tracks.refresh(run.notebook)
    tracks.refresh(run.notebook)  # nothing is read twice
    return tracks


def written(*lines: tuple[float, str, str, str | float]) -> Tracks:
    notebook, tracks = Notebook(), Tracks({False: 3.0, True: None})
    for line in lines:
        notebook.add(*line)
        tracks.refresh(notebook)
    return tracks


def test_a_lost_network_is_met_met_met_missed() -> None:
    client = tracks_of("keepalive-ping-timeout").ends[False]
    assert [wait.outcome for wait in client.waits] == [MET, MET, MET, MISSED]
    missed = client.waits[-1]
    assert missed.due is not None and missed.end == pytest.approx(missed.due)
    assert [phase.state for phase in client.phases] == list(State)
    assert client.raised is not None and "1011" in client.raised.text
    assert (client.state_at(0.5), client.state_at(5.0), client.state_at(13.0), client.state_at(15.0)) == tuple(State)


def test_the_hole_begins_when_the_script_says() -> None:
    tracks = tracks_of("keepalive-ping-timeout")
    assert tracks.holes == [(8.3, None)] and tracks.cut is None
    over = written(
        (1, "network", "black hole", ""), (2, "network", "black hole", ""), (4, "network", "black hole over", "")
    )
    assert over.holes == [(1, 4)]


def test_the_middlebox_that_cuts_is_noted() -> None:
    cut = tracks_of("idle-timeout").cut
    assert cut is not None and 60 < cut.time < 60.3


def test_a_turned_timeout_counts_from_the_next_ping() -> None:
    lines = [
        (1.0, "client", "ping sent", "Keepalive ping sent"),
        (1.5, "client", "knob", "ping_timeout 3 → 5"),
        (2.0, "client", "pong received", 1.0),
        (3.0, "client", "ping sent", "Keepalive ping sent"),
        (4.0, "client", "knob", "ping_timeout 5 → None"),
        (5.0, "client", "pong received", 2.0),
        (6.0, "client", "ping sent", "Keepalive ping sent"),
    ]
    assert [wait.due for wait in written(*lines).ends[False].waits] == [4.0, 8.0, None]


def test_a_pong_for_another_ping_ends_no_wait() -> None:
    lines = [
        (1.0, "client", "ping sent", "Ping sent"),
        (2.0, "client", "ping sent", "Keepalive ping sent"),
    ]
    ponged = (3.0, "client", "pong received", 0.5)
    client = written(*lines, ponged).ends[False]
    assert [(wait.sent, wait.outcome) for wait in client.waits] == [(2.0, OPEN)]
    assert written(*lines, ponged, (3.5, "client", "killed", "")).ends[False].waits[0].outcome == LEFT


def test_a_state_is_never_left_backwards() -> None:
    closed = written((1, "server", "raised", "TimeoutError"), (2, "server", "close sent", "Close 1011 sent"))
    assert [phase.state for phase in closed.ends[True].phases] == [State.CONNECTING, State.CLOSED]


def test_a_reset_stands_at_its_time() -> None:
    assert written((2.5, "network", "reset", "")).resets == [2.5]
