"""Is each option read as meant, and is what cannot be sent refused before anything is? (RELIABILITY V11)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framescope.probe.option_text import (
    BadOption,
    read_ca_file,
    read_cookies,
    read_headers,
    read_origin,
    read_subprotocols,
)

READERS: list[tuple[str, Callable[[str], Any], str]] = [
    ("headers", read_headers, "X-A: 1{}2"),
    ("cookies", read_cookies, "a=1{}2"),
    ("subprotocols", read_subprotocols, "a{}b"),
    ("origin", read_origin, "https://a{}b"),
    ("ca_file", read_ca_file, "/tmp/a{}b"),
]


def test_headers_keep_order_case_and_repetition() -> None:
    read = read_headers("X-A: 1\n\nAuthorization:Bearer a:b\nx-a:  2 ")
    assert read == [("X-A", "1"), ("Authorization", "Bearer a:b"), ("x-a", "2")]


def test_cookies() -> None:
    assert read_cookies("session=a=b\n theme=dark") == [("session", "a=b"), ("theme", "dark")]


def test_subprotocols() -> None:
    assert read_subprotocols(" mqtt , graphql-transport-ws,") == ["mqtt", "graphql-transport-ws"]


def test_empty_fields_are_no_options() -> None:
    assert (read_headers(" \n"), read_cookies(""), read_subprotocols("")) == ([], [], [])
    assert (read_origin(" "), read_ca_file("")) == (None, None)


def test_a_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.touch()
    assert read_ca_file(f" {file} ") == str(file)


@pytest.mark.parametrize(("field", "read", "template"), READERS, ids=[field for field, _, _ in READERS])
@pytest.mark.parametrize("character", ["\r", "\0", "\x07", "\x7f"])
def test_control_characters_are_refused_in_every_field(
    field: str, read: Callable[[str], Any], template: str, character: str
) -> None:
    with pytest.raises(BadOption) as refused:
        read(template.format(character))
    assert refused.value.field == field


@pytest.mark.parametrize(("field", "read", "template"), READERS[2:], ids=[field for field, _, _ in READERS[2:]])
def test_a_line_break_is_refused_where_lines_mean_nothing(
    field: str, read: Callable[[str], Any], template: str
) -> None:
    with pytest.raises(BadOption, match="line break"):
        read(template.format("\n"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Authorization Bearer", "has no colon"),
        ("Bad Name: x", "no valid header name"),
        (": x", "no valid header name"),
        ("Sec-WebSocket-Key: x", "belongs to the handshake"),
        ("connection: x", "belongs to the handshake"),
        ("Sec-WebSocket-Protocol: mqtt", "their own field"),
    ],
)
def test_headers_that_cannot_be_sent(text: str, words: str) -> None:
    with pytest.raises(BadOption, match=words):
        read_headers(text)


@pytest.mark.parametrize(
    ("text", "words"), [("session", "no cookie"), ("a b=c", "no cookie"), ("a=b; c=d", "semicolon")]
)
def test_cookies_that_cannot_be_sent(text: str, words: str) -> None:
    with pytest.raises(BadOption, match=words):
        read_cookies(text)


@pytest.mark.parametrize(("text", "words"), [("a b", "no subprotocol name"), ("a/b", "“/”"), ("a, a", "twice")])
def test_subprotocols_that_cannot_be_offered(text: str, words: str) -> None:
    with pytest.raises(BadOption, match=words):
        read_subprotocols(text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="There is no file"):
        read_ca_file(str(tmp_path / "missing.pem"))
    for path in ("x" * 5000, "~nobody-of-this-name/ca.pem"):
        with pytest.raises(BadOption, match="cannot be read"):
            read_ca_file(path)
