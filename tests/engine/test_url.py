"""Are ws:// and wss:// addresses read as RFC 6455 3 says, and refused with a reason otherwise? (H1, H2)"""

from __future__ import annotations

import pytest

from framescope.engine.errors import InvalidURI
from framescope.engine.url import Address, parse_url


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ws://example.com", Address(False, "example.com", 80, "/")),
        ("wss://example.com", Address(True, "example.com", 443, "/")),
        ("WSS://EXAMPLE.com:8443/Chat", Address(True, "example.com", 8443, "/Chat")),
        ("ws://h/a/b?x=1&y=%20z", Address(False, "h", 80, "/a/b?x=1&y=%20z")),
        ("ws://h?x=1", Address(False, "h", 80, "/?x=1")),
        ("ws://h/?", Address(False, "h", 80, "/")),
        ("ws://h/a%23b", Address(False, "h", 80, "/a%23b")),
        ("ws://h/ü?é", Address(False, "h", 80, "/%C3%BC?%C3%A9")),
        ("ws://[::1]:9001/", Address(False, "::1", 9001, "/")),
        ("ws://bücher.example/", Address(False, "xn--bcher-kva.example", 80, "/")),
        ("ws://u%40x:p%3Aw@h/", Address(False, "h", 80, "/", "u@x", "p:w")),
    ],
)
def test_address_is_taken_apart(text, address):
    assert parse_url(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://h/", "scheme is http, not ws or wss"),
        ("//h/", "scheme is missing"),
        ("ws:///x", "hostname isn't provided"),
        ("ws://h/#", "fragment identifier is meaningless"),
        ("ws://h/#part", "fragment identifier is meaningless"),
        ("ws://h:0/", "port 0"),
        ("ws://h:65536/", "Port out of range"),
        ("ws://h:x/", "Port could not be cast"),
        ("ws://[::1/", "Invalid IPv6"),
        ("ws://a..b/", "hostname is not valid"),
        (f"ws://{'a' * 64}.example/", "hostname is not valid"),
        ("ws://user@h/", "username provided without password"),
        ("ws://h/a b", "space or a control character"),
        ("ws://h/\r\nX: y", "space or a control character"),
        ("ws://h/\x7f", "space or a control character"),
        ("ws://h/\udc80", "half a character"),
        ("ws://h/?\udc80", "half a character"),
    ],
)
def test_invalid_address_says_why(text, words):
    with pytest.raises(InvalidURI, match="isn't a valid URI") as caught:
        parse_url(text)
    assert words in caught.value.msg
    assert caught.value.uri == text


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("ws://h:80/", "h"),
        ("ws://h:443/", "h:443"),
        ("wss://h:443/", "h"),
        ("wss://h:80/", "h:80"),
        ("ws://[::1]/", "[::1]"),
        ("ws://[::1]:81/", "[::1]:81"),
    ],
)
def test_host_header_names_the_port_only_where_it_is_not_the_default(text, host):
    # H7
    assert parse_url(text).authority == host
