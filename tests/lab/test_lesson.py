"""Is an expectation met by what the run shows and by nothing else, and are a text's blanks filled in from it?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.lab.lesson import Answer, Expectation, Lesson, filled
from framescope.lab.notebook import Notebook
from framescope.lab.scenario import Scenario

BOOK = Notebook()
BOOK.add(2.0, "client", "ping sent", "Keepalive ping sent")
BOOK.add(3.1, "client", "pong received", 1.1)
BOOK.add(4.0, "client", "ping sent", "Keepalive ping sent")
BOOK.add(14.06, "client", "raised", "ConnectionClosedError: no close frame received or sent")


@pytest.mark.parametrize(
    ("expected", "refutation"),
    [
        ({"kind": "raised"}, ""),
        ({"kind": "raised", "at": 14.1}, ""),
        ({"kind": "raised", "at": 14.3}, "client: raised at 14.06 s"),
        ({"kind": "raised", "at": 14.3, "within": 0.3}, ""),
        ({"kind": "raised", "before": 14.06}, "client: raised at 14.06 s"),
        ({"kind": "raised", "before": 14.07, "after": 14.0}, ""),
        ({"kind": "raised", "after": 14.06}, "client: raised at 14.06 s"),
        ({"kind": "raised", "text": "no close frame"}, ""),
        (
            {"kind": "raised", "text": "1011"},
            "client: raised says “ConnectionClosedError: no close frame received or sent”",
        ),
        ({"kind": "ping sent", "every": "Keepalive"}, ""),
        ({"kind": "pong received", "every": "2 s"}, "client: pong received says “Pong received, RTT 1.10 s”"),
        ({"kind": "ping sent", "count": 2}, ""),
        ({"kind": "ping sent", "count": 1}, "client: ping sent 2 times (2.00 s, 4.00 s)"),
        ({"kind": "ping sent", "at_least": 2}, ""),
        ({"kind": "ping sent", "at_least": 3}, "client: ping sent 2 times (2.00 s, 4.00 s)"),
        ({"kind": "pong deadline"}, "client: pong deadline never"),
        ({"kind": "pong deadline", "count": 0}, ""),
    ],
)
def test_an_expectation_says_what_is_there_instead(expected: dict[str, object], refutation: str) -> None:
    assert msgspec.convert({"who": "client", **expected}, Expectation).refuted_by(BOOK) == refutation


def test_an_answer_is_right_when_all_of_it_is_shown() -> None:
    pings = Expectation(who="client", kind="ping sent")
    never = Expectation(who="server", kind="ping sent")
    assert Answer(text="yes", shown=(pings,)).is_right(BOOK)
    assert not Answer(text="no", shown=(pings, never)).is_right(BOOK)


def test_blanks_are_filled_in_from_the_run() -> None:
    text = "From {client ping sent} and {client ping sent 2} to {client raised}, not {server raised}."
    assert filled(text, BOOK) == "From 2.0 s and 4.0 s to 14.1 s, not …."
    assert filled("{} {client} {x} {client rised}", BOOK) == "{} {client} {x} {client rised}"


LESSON = {
    "number": 1,
    "name": "a-lesson",
    "title": "A lesson",
    "minutes": 1,
    "text": "Text",
    "scenario": {"duration": 1},
    "question": {"text": "?", "answers": [], "decided": 1, "explanation": "Because"},
    "seen": [],
    "reading": ["RFC 6455 5.5.2"],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "A Lesson"}, "small letters"),
        ({"reading": ["6455"]}, "is no section"),
        ({"seen": [{"who": "client", "kind": "explosion"}]}, "nothing is called “explosion”"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_a_mistake_in_a_lesson_is_named(change: dict[str, object], words: str) -> None:
    assert msgspec.convert(LESSON, Lesson).scenario == Scenario(duration=1)
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(LESSON | change, Lesson)
