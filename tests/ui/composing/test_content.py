"""Tests of what is fit to be sent."""

from __future__ import annotations

import pytest

from framescope.engine.frames import Opcode
from framescope.ui.composing.content import Content, close_refusal, judge


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('{"op":1}', Content(b'{"op":1}', "8 B · valid JSON")),
        ('{"op":', Content(b'{"op":', "6 B · text")),
        ("héllo", Content("héllo".encode(), "6 B · text")),
        ("12", Content(b"12", "2 B · text")),
        ("", Content(b"", "empty")),
    ],
)
def test_text(text: str, content: Content) -> None:
    assert judge(Opcode.TEXT, text) == content


def test_half_a_character_is_not_utf_8() -> None:
    content = judge(Opcode.TEXT, "ab\ud800")
    assert content.is_refused
    assert content.verdict == "not UTF-8: half a character at 2"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("01 02 ff", Content(b"\x01\x02\xff", "3 B · binary")),
        ("0102FF", Content(b"\x01\x02\xff", "3 B · binary")),
        ("01:02,\nff", Content(b"\x01\x02\xff", "3 B · binary")),
        ("", Content(b"", "empty")),
        ("01 0g", Content(None, "not hex: ‘g’ at 4")),
        ("01 \x00", Content(None, "not hex: ‘␀’ at 3")),
        ("٣٣", Content(None, "not hex: ‘٣’ at 0")),
        ("01 2", Content(None, "not hex: 3 digits, one is missing")),
    ],
)
def test_binary_is_typed_as_hex(text: str, content: Content) -> None:
    assert judge(Opcode.BINARY, text) == content


@pytest.mark.parametrize("code", ["1000", "1011", "1014", "3000", "4999"])
def test_codes_that_may_be_sent(code: str) -> None:
    assert close_refusal(code, "bye") == ""


@pytest.mark.parametrize(
    "code", ["1004", "1005", "1006", "1015", "1016", "999", "2999", "5000", "", "abc", "-1", "١٠٠٠"]
)
def test_codes_that_may_not(code: str) -> None:
    assert close_refusal(code, "") != ""


def test_why_1006_may_not_be_sent() -> None:
    assert (
        close_refusal("1006", "")
        == "1006 may not be sent (RFC 6455 §7.4.1): it only names an end without a Close frame"
    )


def test_the_reason_is_counted_in_bytes() -> None:
    assert close_refusal("1000", "x" * 123) == ""
    assert "1 B too long" in close_refusal("1000", "x" * 124)
    assert "1 B too long" in close_refusal("1000", "é" * 62)
