"""Tests of the opening handshake as lines."""

from __future__ import annotations

from typing import Any

import pytest

from framescope.capture.details import HandshakeInfo
from framescope.ui.frames.handshake_view import HandshakeView, agreement_of, lines_of, tokens_of_line
from framescope.ui.theme import Look

ACCEPTED = HandshakeInfo(
    "GET /prices HTTP/1.1",
    [("Host", "feed.example.net"), ("Upgrade", "websocket")],
    101,
    "Switching Protocols",
    [("Upgrade", "websocket"), ("Server", "x\r\nInjected: y")],
    "graphql-ws",
    "permessage-deflate",
)


@pytest.fixture
def view(look: Look, shown: Any) -> HandshakeView:
    view = HandshakeView(look)
    shown(view)
    return view


def test_request_and_response_line_by_line(view: HandshakeView) -> None:
    view.show_handshake(ACCEPTED)
    assert view.text.splitlines() == [
        "GET /prices HTTP/1.1",
        "Host: feed.example.net",
        "Upgrade: websocket",
        "",
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Server: x␍␊Injected: y",
    ]
    assert view.agreement == "Subprotocol: graphql-ws · Extensions: permessage-deflate"


def test_nothing_agreed() -> None:
    info = HandshakeInfo("GET / HTTP/1.1", [], 101, "", [])
    assert agreement_of(info) == "Subprotocol: none · Extensions: none"


def test_a_refusal_with_its_body(view: HandshakeView) -> None:
    info = HandshakeInfo("GET / HTTP/1.1", [], 403, "Forbidden", [], is_accepted=False, body="<h1>no\x1b[0m</h1>\nend")
    view.show_handshake(info)
    assert view.text.splitlines()[-3:] == ["", "<h1>no␛[0m</h1>", "end"]
    assert view.agreement == ""
    assert "HTTP/1.1 403 Forbidden" in view.text


def test_a_request_without_an_answer_yet() -> None:
    assert lines_of(HandshakeInfo("GET / HTTP/1.1", [("Host", "a")], 0, "", [])) == "GET / HTTP/1.1\nHost: a"


def test_none_yet(view: HandshakeView) -> None:
    view.show_handshake(ACCEPTED)
    view.show_handshake(None)
    assert (view.text, view.agreement) == ("", "")


def test_tokens() -> None:
    assert tokens_of_line("Host: a:b") == [(0, 4, "k_op"), (5, 9, "fg1")]
    assert tokens_of_line("HTTP/1.1 101 OK") == [(0, 15, "fg0")]
