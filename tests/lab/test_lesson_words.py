"""Is every mistake in a lesson's file told in plain words, with its place?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.lab.lesson_words import mistake
from framescope.lab.scenario import Scenario


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"duration": None}, "duration: this has to be a number, not nothing"),
        ({"duration": 1, "clinet": {}}, "“clinet” is no key; did you mean client?"),
        ({"duration": 1, "quite_else": {}}, "“quite_else” is no key that is read here"),
        ({"duration": 0}, "duration: this has to be more than 0"),
        ({"duration": 1e9}, "duration: this has to be at most 86,400"),
        ({"duration": float("nan")}, "duration: this has to be more than 0"),
        ({"duration": 1, "network": {"latency": -1}}, "network.latency: this has to be at least 0"),
        ({"duration": 1, "network": {"jitter": "much"}}, "network.jitter: this has to be a number, not a text in "),
        ({"duration": 1, "network": {"cut": "gently"}}, "network.cut: “gently” cannot stand here; what can: fin, "),
        ({"duration": 1, "client": {"traffic": {}}}, "client.traffic: this has to be a list in [ ], not a table in"),
        ({"duration": 1, "client": {"traffic": [{}]}}, "client.traffic, no. 1: “every” is missing"),
        ({"duration": 1, "client": {"ping_interval": []}}, "client.ping_interval: this has to be a number or a text"),
        ({"duration": 1, "script": [{"at": 1}]}, "script, no. 1: “do” is missing"),
        ({"duration": 1, "script": [{"at": 1, "do": "stab"}]}, "script, no. 1, do: “stab” cannot stand here; what "),
        ({"duration": 1, "script": [{"at": 1, "do": "kill", "end": "me"}]}, "script, no. 1, end: “me” cannot stand "),
    ],
)
def test_a_mistake_is_told_with_its_place(tables: dict[str, object], words: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(tables, Scenario)
    assert mistake(raised.value).startswith(words)


def test_every_act_and_choice_is_named() -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert({"duration": 1, "script": [{"at": 1, "do": "stab"}]}, Scenario)
    acts = "behave, close, freeze, half_close, kill, network, ping, raise, raw, reset, send, turn"
    assert mistake(raised.value).endswith(f"what can: {acts}")


def test_other_words_stay_as_they_are() -> None:
    assert mistake(msgspec.ValidationError("out of the ordinary - at `$.a[0].b[1]`")) == (
        "a, no. 1, b, no. 2: out of the ordinary"
    )
