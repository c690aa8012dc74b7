"""Is a missing scheme added by the host, and is a wrong address refused in words?"""

from __future__ import annotations

import pytest

from framescope.probe.address_text import complete, host_span, refusal


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("localhost:9001", "ws://localhost:9001"),
        ("LOCALHOST", "ws://LOCALHOST"),
        ("api.localhost/x", "ws://api.localhost/x"),
        ("127.0.0.1:9001/feed", "ws://127.0.0.1:9001/feed"),
        ("[::1]:8080", "ws://[::1]:8080"),
        ("echo.example.org", "wss://echo.example.org"),
        ("localhost.example.org", "wss://localhost.example.org"),
        ("127.example.org", "wss://127.example.org"),
        ("192.168.1.5:80?token=localhost", "wss://192.168.1.5:80?token=localhost"),
        ("  ws://a/ ", "ws://a/"),
        ("http://a/", "http://a/"),
        ("", ""),
    ],
)
def test_completion(typed: str, address: str) -> None:
    assert complete(typed) == address


def test_a_good_address_is_not_refused() -> None:
    assert refusal("wss://feed.example.net/prices?since=1") == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Type an address"),
        ("http://a/", "scheme is http"),
        ("ws://", "hostname"),
        ("ws://a/#x", "fragment"),
        ("ws://a b/", "space"),
        ("ws://a\r\nX: y/", "control character"),
        ("ws://a:99999/", "ort"),
    ],
)
def test_a_wrong_one_is_refused_in_words(address: str, words: str) -> None:
    assert words in refusal(address)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("wss://feed.example.net/prices", "feed.example.net"),
        ("wss://feed.example.net:8443", "feed.example.net:8443"),
        ("ws://me:secret@host/x@y", "host"),
        ("localhost:9001?a=b", "localhost:9001"),
        ("ws://[::1]:9/", "[::1]:9"),
    ],
)
def test_the_host_is_found(text: str, host: str) -> None:
    start, end = host_span(text)
    assert text[start:end] == host
