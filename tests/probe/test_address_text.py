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
    ("address", "reason"),
    [
        ("ws://", "the host is missing"),
        ("ws://a/#x", "a part behind # has no meaning here"),
        ("ws://a b/", "it has a space or a control character"),
        ("ws://a\r\nX: y/", "it has a space or a control character"),
        ("ws://a:99999/", "the port is no number from 1 to 65535"),
        ("ws://a:x/", "the port is no number from 1 to 65535"),
        ("ws://[::1", "an IPv6 address stands in brackets, like [::1]"),
        ("ftp://a/", "scheme is ftp, not ws or wss"),
    ],
)
def test_a_wrong_one_is_refused_with_the_reason_and_an_example(address: str, reason: str) -> None:
    assert refusal(address) == f"Not a WebSocket address: {reason}. Write it like ws://host:port/path"


def test_an_address_of_the_web_is_told_its_scheme() -> None:
    words = "Not a WebSocket address: scheme is https, not ws or wss. For a WebSocket write wss:// in place of HTTPS://"
    assert refusal("HTTPS://a/") == words
    assert "write ws:// in place of http://" in refusal("http://a/")


def test_nothing_is_no_address() -> None:
    assert refusal("") == "Type an address: ws:// or wss://"


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
