"""Is every address of a host listened on, and does accepting survive the lack of descriptors?"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time

import pytest

from framescope.net import listening
from framescope.net.listening import Door, bind, name_of
from helpers.loops import in_loop, until


def close_all(sockets: list[socket.socket]) -> None:
    for sock in sockets:
        sock.close()


@in_loop
async def test_one_address() -> None:
    (sock,) = await bind("127.0.0.1", 0)
    assert sock.getsockname()[0] == "127.0.0.1"
    assert name_of(sock) == f"127.0.0.1:{sock.getsockname()[1]}"
    sock.close()


@in_loop
async def test_both_families() -> None:
    sockets = await bind(["127.0.0.1", "::1"], 0)
    assert [sock.family for sock in sockets] == [socket.AF_INET, socket.AF_INET6]
    assert name_of(sockets[1]).startswith("[::1]:")
    close_all(sockets)


@pytest.mark.parametrize("host", [None, ""])
@in_loop
async def test_all_interfaces(host: str | None) -> None:
    sockets = await bind(host, 0)
    assert {sock.getsockname()[0] for sock in sockets} <= {"0.0.0.0", "::"}
    close_all(sockets)


@in_loop
async def test_name_is_looked_up() -> None:
    sockets = await bind("localhost", 0, family=socket.AF_INET)
    assert [sock.getsockname()[0] for sock in sockets] == ["127.0.0.1"]
    close_all(sockets)


@in_loop
async def test_address_that_is_not_ours_leaves_no_socket() -> None:
    with pytest.raises(OSError) as raised:
        await bind(["127.0.0.1", "192.0.2.1"], 0)
    assert raised.value.errno == errno.EADDRNOTAVAIL


@in_loop
async def test_port_can_be_shared_when_asked() -> None:
    (first,) = await bind("127.0.0.1", 0, reuse_port=True)
    (second,) = await bind("127.0.0.1", first.getsockname()[1], reuse_port=True)
    close_all([first, second])


@in_loop
async def test_who_knocks_is_let_in_until_the_door_closes() -> None:
    accepted: list[socket.socket] = []
    sockets = await bind("127.0.0.1", 0)
    door = Door(sockets, accepted.append)
    assert not door.is_open
    door.open()
    clients = [socket.create_connection(sockets[0].getsockname()) for _ in range(3)]
    await until(lambda: len(accepted) == 3)
    address = sockets[0].getsockname()
    door.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    close_all([*clients, *accepted])


@in_loop
async def test_door_may_be_closed_by_the_first_who_comes() -> None:
    accepted: list[socket.socket] = []

    def let_in(sock: socket.socket) -> None:
        accepted.append(sock)
        door.close()

    (sock,) = await bind("127.0.0.1", 0)
    door = Door([sock], let_in)
    door.open()
    clients = [socket.create_connection(sock.getsockname()) for _ in range(2)]
    await until(lambda: accepted)
    await asyncio.sleep(0.01)
    assert len(accepted) == 1
    close_all([*clients, *accepted])


class Exhausted:
    """A listening socket of a system that has no descriptor left, for the first two who knock."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._errors = [OSError(errno.EMFILE, "Too many open files") for _ in range(2)]

    def fileno(self) -> int:
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        self._sock.setblocking(flag)

    def listen(self, backlog: int) -> None:
        self._sock.listen(backlog)

    def close(self) -> None:
        self._sock.close()

    def accept(self) -> tuple[socket.socket, object]:
        if self._errors:
            raise self._errors.pop()
        return self._sock.accept()


@pytest.mark.parametrize("is_closed_meanwhile", [False, True])
@in_loop
async def test_lack_of_descriptors_passes(
    is_closed_meanwhile: bool, monkeypatch: pytest.MonkeyPatch, logged_errors: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr(listening, "_PAUSE", 0.05)
    accepted: list[socket.socket] = []
    (sock,) = await bind("127.0.0.1", 0)
    door = Door([Exhausted(sock)], accepted.append)  # type: ignore[list-item]
    door.open()
    started = time.monotonic()
    client = socket.create_connection(sock.getsockname())
    await until(lambda: logged_errors)
    assert "Too many open files" in logged_errors[0].getMessage()
    if not is_closed_meanwhile:
        await until(lambda: accepted)
        assert time.monotonic() - started >= 0.09
        assert len(logged_errors) == 2
    logged_errors.clear()
    door.close()
    close_all([client, *accepted])
