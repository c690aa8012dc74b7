"""Is every step of connecting told, does each failure name its step, and is all of it under one deadline?"""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import pytest

from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import InvalidMessage, InvalidStatus
from framescope.engine.events import Change, DeadlineChanged, Ended, Opened, Which
from framescope.engine.handshake import ServerTerms
from framescope.engine.settings import Timeouts
from framescope.engine.state import State
from framescope.net import opener
from framescope.net.driver import Driver
from framescope.net.opener import open_client, open_server
from framescope.net.route import Route
from framescope.net.tcp import Candidate
from helpers.loops import in_loop, until
from helpers.raw_peers import (
    Certificates,
    Peer,
    RecordingTap,
    black_hole,
    free_port,
    raw_server,
    silent_listener,
    watch,
)


@in_loop
async def test_every_step_is_told_in_order() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.read(100)

    certificates = Certificates.make()
    async with raw_server(conduct, certificates.server) as port:
        client = watch(f"wss://localhost:{port}/")
        await open_client(client.driver, client.address, context=certificates.client())
        assert client.driver.engine.state is State.OPEN
        client.driver.abort()
    assert client.tap.steps == [
        *("dns began", "dns done", "tcp began", "tcp done"),
        *("tls began", "tls done", "upgrade began", "upgrade done"),
    ]
    by_step = {report.phase: report for report in client.tap.phases if report.change == "done"}
    assert "127.0.0.1" in by_step["dns"].text
    assert by_step["tcp"].peer == f"127.0.0.1:{port}"
    assert by_step["tls"].tls_version == "TLSv1.3"
    assert by_step["tls"].tls_cipher.startswith("TLS_")
    words = [word for word, value in client.tap.told if isinstance(value, Opened) or value == "upgrade done"]
    assert words == ["phase", "event"]


@in_loop
async def test_address_in_numbers_is_not_looked_up() -> None:
    async with raw_server(Peer.upgrade) as port:
        client = watch(f"ws://127.0.0.1:{port}/")
        await open_client(client.driver, client.address)
        await client.driver.ended
    assert client.tap.steps[:2] == ["tcp began", "tcp done"]


@in_loop
async def test_refused_port() -> None:
    port = free_port()
    client = watch(f"ws://127.0.0.1:{port}/")
    with pytest.raises(ConnectionRefusedError):
        await open_client(client.driver, client.address)
    assert client.tap.steps == ["tcp began", "tcp failed"]
    assert client.tap.phases[-1].text == f"Refused: nothing listens on 127.0.0.1:{port}."
    assert client.tap.ended.exception_name == "ConnectionRefusedError"
    assert [value for word, value in client.tap.told if word == "event"][-1] == client.tap.ended
    assert client.driver.ended.done()


@in_loop
async def test_unknown_host() -> None:
    client = watch("ws://unknown.invalid/")
    with pytest.raises(socket.gaierror):
        await open_client(client.driver, client.address)
    assert client.tap.steps == ["dns began", "dns failed"]
    assert "unknown.invalid" in client.tap.phases[-1].text


@pytest.mark.parametrize("step", ["dns", "tcp", "tls", "upgrade"])
@in_loop
async def test_open_timeout_covers_every_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(host: str, port: int, **_: int) -> list[Candidate]:
        await asyncio.sleep(20)
        return []

    if step == "dns":
        monkeypatch.setattr(opener, "resolve", never)
    with black_hole() as hole, silent_listener() as silent:
        url = {
            "dns": "ws://localhost:1/",
            "tcp": f"ws://127.0.0.1:{hole}/",
            "tls": f"wss://127.0.0.1:{silent}/",
            "upgrade": f"ws://127.0.0.1:{silent}/",
        }[step]
        for limit in (0.15, 0.6, 2.4):  # on a busy machine the time may be up before the step begins
            started = time.monotonic()
            client = watch(url, Timeouts(open_timeout=limit))
            with pytest.raises(TimeoutError, match="timed out during opening handshake"):
                await open_client(client.driver, client.address)
            passed = time.monotonic() - started
            if f"{step} began" in client.tap.steps:
                break
    assert limit - 0.01 <= passed < limit + 3
    assert client.tap.steps[-1] == f"{step} failed"
    assert client.tap.phases[-1].text.startswith(f"Timed out after {limit} s during ")
    assert client.tap.ended.which is Which.OPEN
    assert [event.change for event in client.tap.of(DeadlineChanged)] == [Change.ARMED, Change.MISSED]


@in_loop
async def test_step_under_way_is_given_up_by_close() -> None:
    with black_hole() as port:
        client = watch(f"ws://127.0.0.1:{port}/")
        asyncio.get_running_loop().call_later(0.05, client.driver.close)
        with pytest.raises(ConnectionAbortedError):
            await open_client(client.driver, client.address)
    assert client.tap.steps == ["tcp began", "tcp failed"]
    assert client.tap.phases[-1].text == "Given up before the connection was open."


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@in_loop
async def test_cancelling_leaves_nothing_behind(scheme: str) -> None:
    with silent_listener() as port:
        client = watch(f"{scheme}://127.0.0.1:{port}/")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await open_client(client.driver, client.address)
        await client.driver.ended
    assert client.tap.ended.exception_name == "ConnectionAbortedError"


@in_loop
async def test_unix_socket_is_reached_without_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    client = watch("ws://localhost/")
    with pytest.raises(FileNotFoundError):
        await open_client(client.driver, client.address, Route(unix=True, path="socket"))
    assert client.tap.steps == []
    assert client.driver.phases.words is not None
    assert client.driver.phases.words.text == "Could not connect to socket: No such file or directory."


@in_loop
async def test_given_socket_is_used_and_closed() -> None:
    async with raw_server(Peer.upgrade) as port:
        sock = socket.create_connection(("127.0.0.1", port))
        client = watch("ws://localhost/")
        await open_client(client.driver, client.address, Route(sock=sock))
        assert client.tap.steps == ["upgrade began", "upgrade done"]
        await client.driver.ended
    assert sock.fileno() == -1


@in_loop
async def test_given_socket_is_closed_when_tls_fails() -> None:
    async def hang_up(peer: Peer) -> None:
        await peer.reader.read(10)

    async with raw_server(hang_up) as port:
        sock = socket.create_connection(("127.0.0.1", port))
        client = watch("wss://localhost/")
        with pytest.raises(OSError):
            await open_client(client.driver, client.address, Route(sock=sock))
    assert sock.fileno() == -1
    assert client.tap.steps == ["tls began", "tls failed"]


@in_loop
async def test_other_host_and_port_than_those_of_the_address() -> None:
    heads: list[bytes] = []

    async def conduct(peer: Peer) -> None:
        heads.append(await peer.reader.readuntil(b"\r\n\r\n"))

    async with raw_server(conduct) as port:
        client = watch("ws://example.invalid/room")
        with pytest.raises(InvalidMessage):
            await open_client(client.driver, client.address, Route(host="127.0.0.1", port=port))
    assert heads[0].startswith(b"GET /room HTTP/1.1\r\nHost: example.invalid\r\n")


@in_loop
async def test_answer_other_than_101_ends_at_once() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.request()
        peer.writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        await asyncio.sleep(5)

    async with raw_server(conduct) as port:
        client = watch(f"ws://127.0.0.1:{port}/")
        with pytest.raises(InvalidStatus) as raised:
            await open_client(client.driver, client.address)
        assert client.driver.ended.done()
    assert raised.value.response.body == b"no"
    assert client.tap.phases[-1].text == "Not a WebSocket: HTTP 403 instead of 101."


@in_loop
async def test_server_tells_its_steps_too() -> None:
    certificates = Certificates.make()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = watch(f"wss://localhost:{listener.getsockname()[1]}/")
        connecting = asyncio.gather(open_client(client.driver, client.address, context=certificates.client()))
        listener.setblocking(False)
        accepted, _ = await asyncio.get_running_loop().sock_accept(listener)
        tap = RecordingTap()
        server = Driver(Engine(ServerTerms(), now=time.monotonic()), tap=tap)
        await open_server(server, accepted, context=certificates.server)
        await until(lambda: server.engine.opening.request)  # type: ignore[union-attr]
        server.accept()
        await connecting
        client.driver.close()
        await asyncio.wait({client.driver.ended, server.ended})
    assert tap.steps == ["tls began", "tls done", "upgrade began", "upgrade done"]
    assert [event.sentence for event in tap.of(Ended)] == ["received 1000 (OK); then sent 1000 (OK)"]


@in_loop
async def test_server_gives_up_on_a_client_that_begins_no_tls() -> None:
    certificates = Certificates.make()
    ours, theirs = socket.socketpair()
    engine = Engine(ServerTerms(), now=time.monotonic(), timeouts=Timeouts(open_timeout=0.1))
    driver = Driver(engine)
    with pytest.raises(TimeoutError):
        await open_server(driver, ours, context=certificates.server)
    assert ours.fileno() == -1
    theirs.close()
