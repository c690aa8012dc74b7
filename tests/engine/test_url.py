"""RELIABILITY H1 and H2 (RFC 6455 3): what does a ws:// or wss:// address mean?"""

from __future__ import annotations

import pytest

from framescope.engine.errors import InvalidURI
from framescope.engine.url import Address, parse_url


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("ws://h", Address(False, "h", 80, "/"), id="H1 3: default port 80, / for an empty path"),
        pytest.param("wss://h", Address(True, "h", 443, "/"), id="H1 3: default port 443"),
        pytest.param("WSS://Host:444/A", Address(True, "host", 444, "/A"), id="H1 3: the scheme's case does not count"),
        pytest.param("ws://h/a/b?c=d&e", Address(False, "h", 80, "/a/b?c=d&e"), id="H1 3: the query is kept"),
        pytest.param("ws://h?c", Address(False, "h", 80, "/?c"), id="H1 3: query without a path"),
        pytest.param("ws://h/a?", Address(False, "h", 80, "/a"), id="H1 3: an empty query is none"),
        pytest.param("ws://h/a%23b?c%23", Address(False, "h", 80, "/a%23b?c%23"), id="H1 3: # escaped"),
        pytest.param("ws://h/a%20é?ü", Address(False, "h", 80, "/a%20%C3%A9?%C3%BC"), id="H1 3: escaped once"),
        pytest.param("ws://[::1]:9/x", Address(False, "::1", 9, "/x"), id="H1 3: IPv6"),
        pytest.param("ws://[fe80::1%25eth0]/", Address(False, "fe80::1%eth0", 80, "/"), id="H1 3: IPv6 with a zone"),
        pytest.param("ws://bücher.de/", Address(False, "xn--bcher-kva.de", 80, "/"), id="H1 3: international name"),
        pytest.param("ws://a%40b:c%3A@h/", Address(False, "h", 80, "/", "a@b", "c:"), id="H1 3: user and password"),
    ],
)
def test_valid_address(text, address):
    assert parse_url(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("http://h/", "scheme is http, not ws or wss", id="H2 4.1-1: scheme"),
        pytest.param("//h/", "scheme is missing, not ws or wss", id="H2 4.1-1: no scheme"),
        pytest.param("ws:///x", "hostname isn't provided", id="H2 4.1-1: no host"),
        pytest.param("ws://h/#x", "fragment identifier is meaningless", id="H1 3: fragment"),
        pytest.param("ws://h/#", "fragment identifier is meaningless", id="H1 3: empty fragment"),
        pytest.param("ws://h:0/", "port 0 cannot be connected to", id="H2 4.1-1: port 0"),
        pytest.param("ws://h:65536/", "Port out of range 0-65535", id="H2 4.1-1: port too large"),
        pytest.param("ws://h:x/", "could not be cast to integer", id="H2 4.1-1: port is no number"),
        pytest.param("ws://[::g]/", "does not appear to be an IPv4 or IPv6 address", id="H2 4.1-1: IPv6"),
        pytest.param("ws://h/a b", "it has a space or a control character", id="H2 4.1-1: space"),
        pytest.param("ws://h/\r\nX: y", "it has a space or a control character", id="H2 4.1-1: line break"),
        pytest.param("ws://a<b/", "hostname has a character that is not allowed", id="H2 4.1-1: character in a name"),
        pytest.param("ws://" + "a" * 64 + "/", "hostname is not valid", id="H2 4.1-1: label of 64 characters"),
        pytest.param("ws://h/%zz", "a % is not followed by two hexadecimal digits", id="H2 4.1-1: escape in the path"),
        pytest.param("ws://h/?%2", "a % is not followed by two hexadecimal digits", id="H2 4.1-1: escape in the query"),
        pytest.param("ws://h/\ud800", "it has half a character", id="H2 4.1-1: half a character"),
        pytest.param("ws://u@h/", "username provided without password", id="H2 4.1-1: user without password"),
        pytest.param("ws://u%3A:p@h/", "username has a colon", id="H2 4.1-1: colon in the user's name"),
    ],
)
def test_invalid_address(text, words):
    with pytest.raises(InvalidURI) as caught:
        parse_url(text)
    assert words in str(caught.value)
    assert caught.value.uri == text


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("ws://h/", "h"),
        ("ws://h:80/", "h"),
        ("ws://h:443/", "h:443"),
        ("wss://h:443/", "h"),
        ("wss://[::1]:8443/", "[::1]:8443"),
        ("ws://[fe80::1%25eth0]/", "[fe80::1]"),
    ],
)
def test_authority_names_the_port_where_it_is_not_the_default(text, authority):
    """H7 4.1 r4: Host with the port when it is not the default one, IPv6 in brackets."""
    assert parse_url(text).authority == authority
