"""Tests of what is indented as JSON, and of its colours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.ui.frames.json_text import DEPTH_LIMIT, PRETTY_LIMIT, is_json, pretty, shape_of, tokens_of


def test_json_is_indented_and_says_the_same() -> None:
    text = pretty(b'{"a":[1,2.50,"x\\n"],"b":null}')
    assert text is not None
    assert len(text.splitlines()) == 8
    assert json.loads(text) == {"a": [1, 2.5, "x\n"], "b": None}
    assert "2.50" in text  # numbers stay as they were written


@pytest.mark.parametrize("payload", [b"", b"hello", b'"text"', b"12", b'{"a":', b"{'a':1}", b'{"a":NaN}', b'["\xff"]'])
def test_what_is_not_a_json_document_stays_raw(payload: bytes) -> None:
    assert pretty(payload) is None


def test_the_limit_of_size() -> None:
    fits = b'["' + b"x" * (PRETTY_LIMIT - 4) + b'"]'
    assert len(fits) == PRETTY_LIMIT
    assert pretty(fits) is not None
    assert pretty(fits[:-3] + b'"]') is not None
    assert pretty(fits[:-2] + b'x"]') is None


def test_the_limit_of_depth() -> None:
    for depth in (DEPTH_LIMIT - 1, DEPTH_LIMIT):
        assert pretty(b"[" * depth + b"]" * depth) is not None
    assert pretty(b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1)) is None
    assert pretty(b"[" * 100_000 + b"]" * 100_000) is None


@pytest.mark.parametrize(
    ("document", "depth"),
    [
        (b'{"[[[[":"}}\\"[[","a":[[1]]}', 3),
        (b"1", 0),
        (b'["\\\\","[","\\\\\\"["]', 1),
        (b"[[],[[]],[]]", 3),
        (b'{"a":{"b":[]}}', 3),
    ],
)
def test_brackets_in_strings_do_not_count(document: bytes, depth: int) -> None:
    json.loads(document)
    assert shape_of(document).depth == depth


def test_what_would_become_enormous_stays_raw() -> None:
    # 4.8 MB that would take 960 MB and 7 s when indented
    document = b"[" + (b"[" * 199 + b"]" * 199 + b",") * 12_000 + b"1]"
    assert len(document) < PRETTY_LIMIT
    assert shape_of(document).depth == DEPTH_LIMIT
    assert pretty(document) is None


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_the_indentation_is_not_underrated(value: object) -> None:
    document = json.dumps([value], ensure_ascii=False).encode()
    text = pretty(document)
    assert text is not None
    assert sum(len(line) - len(line.lstrip(" ")) for line in text.split("\n")) <= shape_of(document).indentation


def test_is_json() -> None:
    assert is_json(b'{"op":"subscribe"}')
    assert not is_json(b'{"op":')


def test_tokens_of_a_line() -> None:
    line = '  "key": "va\\"lue", -1.5e3, true'
    found = [(line[start:end], token) for start, end, token in tokens_of(line)]
    assert found == [('"key"', "j_key"), ('"va\\"lue"', "j_str"), ("-1.5e3", "j_num"), ("true", "j_kw")]


def test_a_string_that_does_not_end_is_one_token() -> None:
    assert tokens_of('"' + "\\x" * 5000) == [(0, 10_001, "j_str")]


def test_the_limits_are_those_that_are_promised() -> None:
    assert (PRETTY_LIMIT, DEPTH_LIMIT) == (5_000_000, 200)  # RELIABILITY 6
