"""Is a name looked up without holding anything up, and is the address raced to that answers first?"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from framescope.net import tcp
from framescope.net.tcp import Candidate, connect_tcp, connect_unix, interleave, is_numeric, resolve
from helpers.loops import in_loop, until
from helpers.raw_peers import black_hole, free_port


def v4(number: int) -> Candidate:
    return Candidate(socket.AF_INET, (f"127.0.0.{number}", 9001))


def v6(number: int) -> Candidate:
    return Candidate(socket.AF_INET6, (f"::{number}", 9001, 0, 0))


def test_families_alternate_from_the_first() -> None:
    assert interleave([v6(1), v6(2), v6(3), v4(1)]) == [v6(1), v4(1), v6(2), v6(3)]
    assert interleave([v4(1), v4(2), v6(1), v6(2)]) == [v4(1), v6(1), v4(2), v6(2)]
    assert interleave([]) == []


def test_some_of_the_first_family_may_go_first() -> None:
    """asyncio's `interleave`: first_address_family_count."""
    mixed = [v6(1), v6(2), v6(3), v4(1), v4(2)]
    assert interleave(mixed, 2) == [v6(1), v6(2), v4(1), v6(3), v4(2)]
    assert interleave(mixed, 9) == mixed
    assert interleave([v6(1), v4(1), v6(2)], 0) == [v6(1), v4(1), v6(2)]


def test_candidates_are_written_as_addresses() -> None:
    assert [str(v4(1)), str(v6(1))] == ["127.0.0.1:9001", "[::1]:9001"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("fe80::1%lo", True), ("localhost", False), ("1.2", False)],
)
def test_is_numeric(host: str, expected: bool) -> None:
    assert is_numeric(host) is expected


@in_loop
async def test_numbers_need_no_thread() -> None:
    before = threading.active_count()
    assert await resolve("::1", 80) == [Candidate(socket.AF_INET6, ("::1", 80, 0, 0))]
    assert threading.active_count() == before


@in_loop
async def test_name_is_looked_up() -> None:
    found = await resolve("localhost", 80, family=socket.AF_INET)
    assert found == [Candidate(socket.AF_INET, ("127.0.0.1", 80))]


@pytest.mark.parametrize("host", ["unknown.invalid", "." * 5, "a" * 70 + ".invalid"])
@in_loop
async def test_name_that_does_not_exist(host: str) -> None:
    with pytest.raises(socket.gaierror):
        await resolve(host, 80)


def test_lookup_that_hangs_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*_: object) -> list[Candidate]:
        release.wait(20)
        return []

    monkeypatch.setattr(tcp, "_look_up", hang)

    async def work() -> None:
        async with asyncio.timeout(0.05):
            await resolve("localhost", 80)

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(work())
    assert time.monotonic() - started < 2
    release.set()  # the answer comes to a closed loop, and nothing is said of it


@in_loop
async def test_silent_address_is_overtaken_by_the_next() -> None:
    with black_hole() as hole, socket.create_server(("127.0.0.1", 0)) as good:
        candidates = [Candidate(socket.AF_INET, ("127.0.0.1", hole)), Candidate(socket.AF_INET, good.getsockname())]
        started = time.monotonic()
        sock = await connect_tcp(candidates, stagger=0.1)
        passed = time.monotonic() - started
        assert sock.getpeername() == good.getsockname()
        sock.close()
    assert 0.09 <= passed < 3


@in_loop
async def test_refused_address_is_followed_by_the_next_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as good:
        candidates = [
            Candidate(socket.AF_INET6, ("::1", free_port(), 0, 0)),
            Candidate(socket.AF_INET, ("127.0.0.1", free_port())),
            Candidate(socket.AF_INET, good.getsockname()),
        ]
        started = time.monotonic()
        sock = await connect_tcp(candidates, stagger=10)
        assert time.monotonic() - started < 5
        sock.close()


@in_loop
async def test_losers_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = [socket.socket() for _ in range(3)]
    left = iter(sockets)
    together = asyncio.Event()

    async def attempt(*_: object) -> socket.socket:
        sock = next(left)
        if sock is sockets[2]:
            together.set()
        await together.wait()
        return sock

    monkeypatch.setattr(tcp, "_attempt", attempt)
    winner = await connect_tcp([v4(1), v4(2), v4(3)], stagger=0)
    await until(lambda: sum(sock.fileno() == -1 for sock in sockets) == 2)
    assert winner.fileno() != -1
    winner.close()


@in_loop
async def test_one_error_when_all_met_the_same() -> None:
    candidates = [Candidate(socket.AF_INET, ("127.0.0.1", free_port())) for _ in range(2)]
    with pytest.raises(ConnectionRefusedError, match="Connect call failed"):
        await connect_tcp(candidates)


@in_loop
async def test_all_errors_when_they_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = iter([ConnectionRefusedError(111, "refused"), OSError(101, "unreachable")])

    async def fail(*_: object) -> OSError:
        return next(errors)

    monkeypatch.setattr(tcp, "_attempt", fail)
    with pytest.raises(OSError, match=r"Multiple exceptions: \[Errno 111\] refused, \[Errno 101\] unreachable"):
        await connect_tcp([v4(1), v4(2)])


@in_loop
async def test_group_of_all_errors() -> None:
    candidates = [Candidate(socket.AF_INET, ("127.0.0.1", free_port())) for _ in range(2)]
    with pytest.raises(ExceptionGroup, match="create_connection failed") as raised:
        await connect_tcp(candidates, has_all_errors=True)
    assert [type(error) for error in raised.value.exceptions] == [ConnectionRefusedError] * 2


@in_loop
async def test_without_a_race_the_next_waits_for_a_failure() -> None:
    with black_hole() as hole, socket.create_server(("127.0.0.1", 0)) as good:
        candidates = [Candidate(socket.AF_INET, ("127.0.0.1", hole)), Candidate(socket.AF_INET, good.getsockname())]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):  # longer than the race would give the first one
                await connect_tcp(candidates, stagger=None)


@in_loop
async def test_hints_are_those_of_the_lookup() -> None:
    with pytest.raises(socket.gaierror):
        await resolve("localhost", 80, flags=socket.AI_NUMERICHOST)
    assert await resolve("localhost", 80, family=socket.AF_INET, proto=socket.IPPROTO_TCP) == [
        Candidate(socket.AF_INET, ("127.0.0.1", 80))
    ]


@in_loop
async def test_unix_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError):
        await connect_unix("socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(ConnectionRefusedError):
            await connect_unix("socket")
        listener.listen()
        with await connect_unix("socket") as sock:
            assert sock.getpeername() == "socket"
            assert not sock.getblocking()


@in_loop
async def test_system_without_unix_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "sys", SimpleNamespace(platform="win32"))
    with pytest.raises(OSError, match="no Unix sockets"):
        await connect_unix("socket")


@in_loop
async def test_nowhere_to_connect_to() -> None:
    with pytest.raises(OSError, match="no address"):
        await connect_tcp([])


@in_loop
async def test_cancelled_race_leaves_no_socket() -> None:
    with black_hole() as hole, pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await connect_tcp([Candidate(socket.AF_INET, ("127.0.0.1", hole))] * 2, stagger=0.01)


@in_loop
async def test_local_address_is_bound() -> None:
    with socket.create_server(("127.0.0.1", 0)) as good:
        candidates = [Candidate(socket.AF_INET, good.getsockname())]
        sock = await connect_tcp(candidates, local_address=("127.0.0.2", 0))
        assert sock.getsockname()[0] == "127.0.0.2"
        sock.close()
