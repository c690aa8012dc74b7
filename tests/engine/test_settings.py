"""Are knobs and limits what ARCHITECTURE's table and RELIABILITY 6 say, and is a typed value read and written right?"""

from __future__ import annotations

import math
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.settings import (
    KNOB_NAMES,
    KNOBS,
    LARGEST,
    SMALLEST,
    BadKnob,
    Limits,
    Timeouts,
    check_knob,
    format_duration,
    parse_duration,
)


def test_knobs_have_the_names_and_defaults_of_websockets():
    assert {knob.name: knob.default for knob in KNOBS} == {
        "open_timeout": 10.0,
        "ping_interval": 20.0,
        "ping_timeout": 20.0,
        "close_timeout": 10.0,
    }
    defaults = Timeouts()
    assert all(getattr(defaults, knob.name) == knob.default for knob in KNOBS)


def test_limits_are_those_that_are_promised():
    """RELIABILITY 6; tests/conformance/test_limits.py tries each of them."""
    assert asdict(Limits()) == {
        "max_message": 64 << 20,
        "max_inflated": None,
        "max_fragment": None,
        "max_fragments": 131_072,
        "max_line": 8 << 10,
        "max_headers": 128,
        "max_head": 64 << 10,
        "max_error_body": 1 << 20,
        "max_pongs": 128,
        "max_ping_rate": 1000,
    }


@pytest.mark.parametrize("name", KNOB_NAMES)
@pytest.mark.parametrize("value", [None, SMALLEST, 1, 20.0, LARGEST])
def test_value_that_a_knob_takes(name, value):
    check_knob(name, value)
    assert getattr(Timeouts(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "can be 0.001 to 86400 s, not 0 s"),
        (SMALLEST / 2, "can be 0.001 to 86400 s"),
        (LARGEST + 1, "can be 0.001 to 86400 s, not 86401 s"),
        (-1, "not -1 s"),
        (math.inf, "not inf s"),
        (math.nan, "is a number of seconds or None, not nan"),
        (True, "is a number of seconds or None, not True"),
        ("5", "is a number of seconds or None, not '5'"),
    ],
)
def test_value_that_no_knob_takes(value, words):
    with pytest.raises(BadKnob, match=words):
        check_knob("ping_interval", value)
    with pytest.raises(BadKnob):
        Timeouts(close_timeout=value)


def test_knob_that_is_none():
    with pytest.raises(BadKnob, match="there is no knob called speed"):
        check_knob("speed", 1.0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        (" 200 ms ", 0.2),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("5S", 5.0),
        (".5", 0.5),
        ("3.", 3.0),
        ("none", None),
        ("None", None),
        ("off", None),
        ("∞", None),
    ],
)
def test_typed_time(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "-1", "1 d", "٣", "ms", "1e3"])
def test_what_is_no_time(text):
    with pytest.raises(BadKnob, match="is not a time"):
        parse_duration(text)


@pytest.mark.parametrize(("seconds", "text"), [(20.0, "20"), (0.5, "0.5"), (None, "None"), (0.001, "0.001")])
def test_value_is_written_as_python_has_it(seconds, text):
    assert format_duration(seconds) == text


@given(st.integers(1, 86_400_000))
def test_what_is_written_is_read_again(milliseconds):
    value = milliseconds / 1000
    assert parse_duration(format_duration(value)) == value
