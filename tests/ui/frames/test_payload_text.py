"""Tests of payloads read as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.ui.frames.payload_text import WHOLE_LIMIT, PayloadKind, drawn, reading_of, without_strays

TEXT = PayloadKind(is_text=True)


def test_text_and_verdict() -> None:
    assert reading_of("né".encode(), TEXT, is_cut=False).text == "né"
    assert reading_of("né".encode(), TEXT, is_cut=False).verdict == "UTF-8 valid"


def test_a_cut_inside_a_character_is_no_fault() -> None:
    reading = reading_of("né".encode()[:2], TEXT, is_cut=True)
    assert (reading.text, reading.verdict) == ("n", "UTF-8 valid so far")
    assert reading_of("né".encode()[:2], TEXT, is_cut=False).verdict == "not UTF-8 at byte 1"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (PayloadKind(False), "binary"),
        (PayloadKind(True, is_whole=False), "part of a text message"),
        (PayloadKind(True, is_compressed=True), "compressed"),
    ],
)
def test_what_is_no_whole_text_is_not_judged(kind: PayloadKind, verdict: str) -> None:
    assert reading_of(b"\xff", kind, is_cut=False).verdict == verdict


def test_stray_bytes_are_drawn_and_copied_by_their_value() -> None:
    text = reading_of(b"a\xff\x80\tb", TEXT, is_cut=False).text
    assert len(text) == 5
    assert drawn(text) == "a\\xff\\x80␉b"
    assert without_strays(text) == "a\\xff\\x80\tb"


@given(st.binary(max_size=200))
def test_nothing_is_lost(payload: bytes) -> None:
    assert reading_of(payload, TEXT, is_cut=False).text.encode("utf-8", "surrogateescape") == payload


@given(st.binary(max_size=200))
def test_what_is_drawn_can_be_put_on_a_clipboard(payload: bytes) -> None:
    drawn(reading_of(payload, TEXT, is_cut=False).text).encode()


def test_what_is_not_text_is_read_up_to_a_limit() -> None:
    reading = reading_of(b"\xff" * (WHOLE_LIMIT + 1), TEXT, is_cut=False)
    assert (reading.count, len(reading.text)) == (WHOLE_LIMIT, WHOLE_LIMIT)


def test_the_verdict_says_where_the_bytes_come_from() -> None:
    kind = PayloadKind(True, origin="inflated from 39 B")
    assert reading_of(b"hello", kind, is_cut=False).verdict == "UTF-8 valid · inflated from 39 B"
