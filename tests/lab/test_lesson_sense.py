"""Is what no run could mean refused before a lesson is played, and nothing else?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.lab import scenario as acts
from framescope.lab.lesson import Lesson
from framescope.lab.lesson_sense import nonsense_in
from framescope.lab.scenario import Acts, End, Heartbeat, Traffic
from helpers.shipped_lessons import all_lessons

LESSONS = all_lessons()


def staged(script: Acts | None = None, **ends: End) -> Lesson:
    scenario = msgspec.structs.replace(LESSONS[0].scenario, script=() if script is None else (script,), **ends)
    return msgspec.structs.replace(LESSONS[0], scenario=scenario)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_shipped_lesson_is_nonsense(lesson: Lesson) -> None:
    assert nonsense_in(lesson) == []


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End(ping_interval="soon"), "scenario.client: ping_interval: “soon” is not a time"),
        (End(close_timeout=0), "scenario.client: close_timeout can be"),
        (End(ping_interval=0.001), ""),  # 20,000 in 20 s
        (End(traffic=(Traffic(every=1e-5),)), "scenario.client.traffic: 2,000,000 messages; at most 20,000"),
        (End(traffic=(Traffic(every=1e-5, count=100),)), ""),
        (End(recv_timeout=1e-5), "scenario.client.recv_timeout: 2,000,000 times"),
        (End(heartbeat=Heartbeat(every=1e-5, timeout=1)), "scenario.client.heartbeat: 2,000,000 times"),
    ],
)
def test_an_end_that_cannot_be(end: End, words: str) -> None:
    faults = nonsense_in(staged(client=end))
    assert [fault[: len(words)] for fault in faults] == ([words] if words else [])


def test_pings_that_never_end_are_too_many() -> None:
    scenario = msgspec.structs.replace(LESSONS[0].scenario, duration=86_400, server=End(ping_interval=4))
    (fault,) = nonsense_in(msgspec.structs.replace(LESSONS[0], scenario=scenario))
    assert fault == "scenario.server: ping_interval: 21,600 pings; at most 20,000"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (acts.Kill(at=21, end="client"), "at = 21 is after the end, for duration is 20 s"),
        (acts.Turn(at=1, end="client", knob="ping", value=1), "there is no knob called ping"),
        (acts.Turn(at=1, end="client", knob="ping_timeout", value="x"), "ping_timeout: “x” is not a time"),
        (acts.Close(at=1, end="client", code=1006), "1006 may not stand in a Close frame"),
        (acts.Close(at=1, end="client", reason="ü" * 62), "a reason of more than 123 bytes"),
        (acts.Raw(at=1, end="client", first=1, payload="xy"), "payload: “xy” is not hexadecimal"),
    ],
)
def test_an_act_that_cannot_be(act: Acts, words: str) -> None:
    (fault,) = nonsense_in(staged(act))
    assert fault.startswith(f"scenario.script, no. 1: {words}")


@pytest.mark.parametrize(
    "act",
    [
        acts.Turn(at=1, end="client", knob="ping_timeout", value="none"),
        acts.Close(at=20, end="client", code=4999, reason="ü" * 61),
        acts.Raw(at=1, end="client", first=255, payload="00 ff"),
    ],
)
def test_an_act_that_can_be(act: Acts) -> None:
    assert nonsense_in(staged(act)) == []


@pytest.mark.parametrize("count", [0, 1, 9])
def test_the_number_of_answers_is_bounded(count: int) -> None:
    question = LESSONS[0].question
    answers = (question.answers * 3)[:count]
    lesson = msgspec.structs.replace(LESSONS[0], question=msgspec.structs.replace(question, answers=answers))
    assert nonsense_in(lesson) == [f"question.answers: there can be 2 to 8, not {count}"]


def test_a_question_is_decided_within_the_scenario() -> None:
    question = msgspec.structs.replace(LESSONS[0].question, decided=20.1)
    (fault,) = nonsense_in(msgspec.structs.replace(LESSONS[0], question=question))
    assert "after the scenario's end" in fault


@pytest.mark.parametrize(
    ("section", "is_there"),
    [
        ("RFC 6455 14.2", True),
        ("RFC 6455 7.1.8", False),
        ("RFC 6455 15", False),
        ("RFC 6455 0", False),
        ("RFC 6455 5.4.1", False),
        ("RFC 7692 7.2.1", True),
    ],
)
def test_a_section_that_does_not_exist_is_told(section: str, is_there: bool) -> None:
    assert (nonsense_in(msgspec.structs.replace(LESSONS[0], reading=(section,))) == []) is is_there
