"""Does the real library, over the same network, say what our engine says?"""

from __future__ import annotations

import asyncio

import pytest

from framescope.lab import scenario as acts
from framescope.lab.lesson import Lesson
from framescope.lab.lessons import play
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Heartbeat, Network, Scenario, Traffic
from framescope.lab.staging import Staged, compare, is_installed, scaled, stage, why_not
from helpers.shipped_lessons import all_lessons

LESSONS = {lesson.name: lesson for lesson in all_lessons()}
STAGED = [lesson for lesson in LESSONS.values() if not why_not(lesson.scenario) and lesson.scenario.duration < 1000]
#: How many times as fast a lesson is played; not so fast that a loaded machine's own delays decide it.
SPEED = {"idle-timeout": 20, "life-timeout": 10, "what-an-interval-costs": 6, "keepalive-ping-timeout": 5}


def check(lesson: Lesson, speed: float) -> None:
    run = play(lesson)
    compared = compare(run, asyncio.run(stage(scaled(lesson.scenario, 1 / speed))))
    assert compared
    for each in compared:
        # An end that still handles messages has not come to its exception.
        is_busy = each.theirs is None and lesson.scenario.end(each.who == "server").handling > 0
        assert each.is_same or is_busy, each


def test_there_is_a_real_library_to_ask() -> None:
    assert is_installed()


@pytest.mark.parametrize("name", ["no-close-frame", "closing-handshake", "simultaneous-close"])
def test_the_real_library_says_the_same(name: str) -> None:
    check(LESSONS[name], 4)


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize("lesson", STAGED, ids=lambda lesson: lesson.name)
def test_the_real_library_says_the_same_in_every_lesson_that_can_be_staged(lesson: Lesson) -> None:
    check(lesson, SPEED.get(lesson.name, 3))


def test_most_lessons_can_be_staged() -> None:
    assert len(STAGED) >= 12


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (Scenario(duration=1), ""),
        (Scenario(duration=1, script=(acts.Raw(at=0, end="client", first=1),)), "illegal frames"),
        (
            Scenario(duration=1, script=(acts.Turn(at=0, end="client", knob="ping_interval", value=1),)),
            "cannot be changed",
        ),
        (Scenario(duration=1, script=(acts.HalfClose(at=0, end="client"),)), "one direction"),
        (Scenario(duration=1, script=(acts.Behave(at=0, end="client", handling=1.0),)), "behaves the same"),
        (Scenario(duration=1, server=End(pongs="swallow")), "always answers"),
        (Scenario(duration=1, network=Network(counts_messages_only=True)), "look into frames"),
        (Scenario(duration=1, script=(acts.Change(at=0, counts_messages_only=True),)), "look into frames"),
        (Scenario(duration=1, script=(acts.Change(at=0, latency=0.1),)), ""),
    ],
)
def test_what_cannot_be_staged_says_why(scenario: Scenario, words: str) -> None:
    assert words in why_not(scenario) and bool(words) is bool(why_not(scenario))


def test_everything_that_takes_time_is_scaled() -> None:
    scenario = Scenario(
        duration=10,
        client=End(
            ping_interval=2,
            ping_timeout="none",
            traffic=(Traffic(every=1, start=0.5),),
            handling=0.4,
            recv_timeout=2,
            heartbeat=Heartbeat(every=3, timeout=1),
        ),
        network=Network(latency=0.2, jitter=0.1, bandwidth=1000, idle_timeout=60),
        script=(
            acts.Kill(at=5, end="server"),
            acts.Change(at=6, latency=0.4, bandwidth=500, life_timeout=30, loss=0.1, black_hole=True),
        ),
    )
    half = scaled(scenario, 0.5)
    assert half.duration == 5 and half.script[0].at == 2.5
    assert (half.client.ping_interval, half.client.ping_timeout, half.client.open_timeout) == (1.0, "none", 5.0)
    assert (half.client.traffic[0].every, half.client.traffic[0].start) == (0.5, 0.25)
    assert (half.client.handling, half.client.recv_timeout, half.client.heartbeat) == (
        0.2,
        1.0,
        Heartbeat(every=1.5, timeout=0.5),
    )
    assert (half.network.latency, half.network.bandwidth, half.network.idle_timeout) == (0.1, 2000, 30)
    assert half.network.life_timeout is None
    assert half.script[1] == acts.Change(at=3, latency=0.2, bandwidth=1000, life_timeout=15, loss=0.1, black_hole=True)


def test_only_ends_with_a_connection_are_compared() -> None:
    run = Run(LESSONS["open-timeout"].scenario)
    run.run()
    staged = Staged({False: ["TimeoutError: timed out during opening handshake"], True: []})
    assert [(each.who, each.is_same) for each in compare(run, staged)] == [("client", True)]
