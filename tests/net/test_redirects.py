"""Where does a redirect lead, and what stays behind?"""

from __future__ import annotations

import socket

import pytest

from framescope.engine.errors import InvalidStatus, InvalidURI, SecurityError
from framescope.engine.handshake import Response
from framescope.engine.headers import Headers
from framescope.engine.url import parse_url
from framescope.net.redirects import follow, is_same_origin, target_of, without_credentials
from framescope.net.route import Route


def answer(code: int, *locations: str) -> InvalidStatus:
    return InvalidStatus(Response(code, "", Headers([("Location", location) for location in locations])))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/other", "ws://a.example/other"),
        ("room?x=1", "ws://a.example/deep/room?x=1"),
        ("wss://b.example/", "wss://b.example/"),
        ("//b.example/", "ws://b.example/"),
    ],
)
def test_target(location: str, target: str) -> None:
    assert target_of(answer(302, location), "ws://a.example/deep/page") == target


@pytest.mark.parametrize("error", [answer(403, "/a"), answer(302), answer(302, "/a", "/b"), answer(304, "/a")])
def test_no_redirect(error: InvalidStatus) -> None:
    assert target_of(error, "ws://a.example/") is None


def test_what_is_forbidden() -> None:
    secure = parse_url("wss://a.example/")
    assert follow(secure, "wss://b.example/", Route()).host == "b.example"
    with pytest.raises(SecurityError):
        follow(secure, "ws://a.example/", Route())
    with pytest.raises(ValueError, match="cross-origin"):
        follow(secure, "wss://b.example/", Route(host="192.0.2.1"))
    with pytest.raises(InvalidURI):
        follow(secure, "https://a.example/", Route())
    with pytest.raises(ValueError, match="Unix socket"):
        follow(secure, "wss://b.example/", Route(unix=True, path="socket"))
    with socket.socket() as sock, pytest.raises(ValueError, match="preexisting socket"):
        follow(secure, "wss://a.example/b", Route(sock=sock))
    assert follow(secure, "wss://a.example/b", Route(host="192.0.2.1")).resource == "/b"


def test_same_origin() -> None:
    assert is_same_origin(parse_url("ws://a/x"), parse_url("ws://A:80/y"))
    assert not is_same_origin(parse_url("ws://a/"), parse_url("ws://a:81/"))
    assert not is_same_origin(parse_url("ws://a:443/"), parse_url("wss://a/"))


def test_credentials_stay() -> None:
    headers = [("authorization", "x"), ("Cookie", "y"), ("X-Room", "7"), ("Proxy-Authorization", "z")]
    assert without_credentials(headers) == [("X-Room", "7")]
