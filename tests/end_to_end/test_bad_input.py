"""Does every mistake get a sentence that says what happened and what to do, in the window and on the command line?"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PySide6.QtWidgets import QLineEdit

from framescope.engine.state import State
from helpers.peer_process import PeerProcess
from helpers.peers import port_that_refuses
from helpers.scope import Scope
from helpers.window_process import ServeProcess, run_program

QUICK = 5.0  #: s in which a refusal has to be there: nothing hangs


class Case(NamedTuple):
    """An address, what is said to have happened, and what to do. `{port}` is the peer's, `{free}` nobody's."""

    address: str
    happened: str
    advice: str
    peer: str = "http"


NO_ADDRESSES = {
    "": "Type an address: ws:// or wss://",
    "ws://": "Not a WebSocket address: the host is missing. Write it like ws://host:port/path",
    "ws://exa mple.org/": "Not a WebSocket address: it has a space or a control character. Write it like ws://",
    "ws://127.0.0.1:99999/": "Not a WebSocket address: the port is no number from 1 to 65535. Write it like ws://",
    "http://127.0.0.1/": "Not a WebSocket address: scheme is http, not ws or wss. For a WebSocket write ws:// in place",
    "ftp://127.0.0.1/": "Not a WebSocket address: scheme is ftp, not ws or wss. Write it like ws://",
    "ws://127.0.0.1/#part": "Not a WebSocket address: a part behind # has no meaning here. Write it like ws://",
}
UNKNOWN = {
    socket.EAI_NONAME: ("Unknown host: nowhere.invalid has no address.", "Check the spelling, or the network's DNS."),
    socket.EAI_AGAIN: (
        "The DNS server gave no answer for nowhere.invalid.",
        "Check the network connection and try again.",
    ),
}
NOT_THERE = "Check the path: the server is there, without a WebSocket at this address."
CASES = {
    "unknown host": Case("ws://nowhere.invalid/", "", ""),
    "refused": Case("ws://127.0.0.1:{free}/", "Refused: nothing listens on 127.0.0.1:{free}.", "Start a server there"),
    "200": Case("ws://127.0.0.1:{port}/200", "Not a WebSocket: HTTP 200 instead of 101.", NOT_THERE),
    "403": Case("ws://127.0.0.1:{port}/403", "Not a WebSocket: HTTP 403 instead of 101.", "It may want an Origin"),
    "404": Case("ws://127.0.0.1:{port}/404", "Not a WebSocket: HTTP 404 instead of 101.", NOT_THERE),
    "no TLS": Case("wss://127.0.0.1:{port}/", "No TLS on port {port}.", "Try ws://."),
    "certificate": Case(
        "wss://localhost:{port}/",
        "Certificate not trusted: unknown certificate authority.",
        "Give the authority's certificate as CA file.",
        "websockets",
    ),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tls: Any, tmp_path: Path) -> Any:
    """A case with its peer running."""
    address, happened, advice, kind = CASES[request.param]
    if request.param == "unknown host":
        with pytest.raises(socket.gaierror) as refusal:
            socket.getaddrinfo("nowhere.invalid", 80)
        happened, advice = UNKNOWN[refusal.value.errno]
    options = {"certificate": str(tls.certificate)} if kind == "websockets" else {}
    with PeerProcess(tmp_path, kind, **options) as peer:
        ports = {"port": peer.port, "free": port_that_refuses()}
        yield Case(address.format(**ports), happened.format(**ports), advice)


@pytest.mark.parametrize("link_kind", ["process"], indirect=True)
def test_the_window_says_what_failed_and_keeps_what_was_typed(scope_run: Any, case: Case) -> None:
    async def act(scope: Scope) -> None:
        await scope.connect(case.address)
        await scope.until(lambda: scope.story.ended is not None, "the refusal", QUICK)
        await scope.until(lambda: scope.tells_end, "the window to say so", QUICK)
        headline, plain, advice = scope.banner
        assert case.happened in headline
        assert plain
        assert advice.startswith(case.advice)
        assert scope.named(QLineEdit, "Address").text() == case.address
        await scope.until(lambda: scope.window.bar.action.text() == "Connect", "the button")
        assert scope.window.bar.action.isEnabled()  # another try is one click away
        assert scope.story.state is State.CLOSED
        await scope.table_settled()
        assert any(case.happened.rstrip(".") in event for event in scope.events())

    scope_run(act)


def test_the_command_line_says_what_failed(tmp_path: Path, case: Case) -> None:
    done = run_program(tmp_path, "connect", case.address, "--seconds", "5", patience=QUICK + 5)
    assert done.returncode == 1
    assert case.happened in done.stdout
    assert case.advice in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("link_kind", ["embedded"], indirect=True)
def test_the_window_refuses_what_is_no_address(scope_run: Any) -> None:
    async def act(scope: Scope) -> None:
        window = scope.window
        edit = scope.named(QLineEdit, "Address")
        for address, words in NO_ADDRESSES.items():
            scope.type_address(address)
            if address:
                scope.click(window.bar.action)
            else:
                assert not window.bar.action.isEnabled()  # there is nothing to connect to
                window.bar.ask_connect()
            assert words in edit.accessibleDescription()
            assert edit.text() == address
            assert scope.desk.trace is None
            assert window.is_at_first_start

    scope_run(act)


@pytest.mark.parametrize("address", ["", "http://127.0.0.1/"])
def test_the_command_line_refuses_what_is_no_address(tmp_path: Path, address: str) -> None:
    done = run_program(tmp_path, "connect", address)
    assert done.returncode == 2
    assert NO_ADDRESSES[address] in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("what", ["--echo", "--demo"])
def test_a_port_that_is_taken_is_told(tmp_path: Path, what: str) -> None:
    with ServeProcess(tmp_path, "--echo") as first:
        done = run_program(tmp_path, "serve", what, "--port", str(first.port))
    assert done.returncode == 1
    words = f"Port {first.port} is taken. Choose another port, or stop the program that listens there."
    assert done.stderr.strip() == f"framescope: {words}"
    assert first.exit_code == 0
