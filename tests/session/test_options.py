"""Do options become the headers that are sent, and a telling that gives no secret away?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.session.options import ConnectOptions, request_headers, told

URL = "ws://127.0.0.1/"


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        ({}, []),
        ({"headers": [("X-A", "1"), ("X-A", "2")]}, [("X-A", "1"), ("X-A", "2")]),
        ({"cookies": [("a", "1"), ("b", "2")]}, [("Cookie", "a=1; b=2")]),
        ({"headers": [("X-A", "1")], "cookies": [("a", "")]}, [("X-A", "1"), ("Cookie", "a=")]),
    ],
)
def test_headers_and_one_line_of_cookies(given: dict[str, Any], headers: list[tuple[str, str]]) -> None:
    options = ConnectOptions(url=URL, **given)
    assert request_headers(options) == headers
    assert options.headers == given.get("headers", [])


def test_what_is_told_has_names_and_no_values() -> None:
    options = ConnectOptions(
        url=URL, headers=[("Authorization", "secret")], cookies=[("session", "secret")], is_verified=False
    )
    lines = told(options)
    assert lines == {
        "headers": "Authorization",
        "cookies": "session",
        "certificate check": "off, for this connection only",
        "compression": "deflate",
    }


def test_what_is_not_chosen_is_not_told() -> None:
    assert told(ConnectOptions(url=URL, compression=None)) == {"compression": "off"}
    chosen = ConnectOptions(url=URL, subprotocols=["a", "b"], origin="https://x", ca_file="ca.pem")
    assert list(told(chosen).values()) == ["a, b", "https://x", "ca.pem", "deflate"]
