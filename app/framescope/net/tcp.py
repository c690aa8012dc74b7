"""How does a host name become a connected socket? Looked up aside, both address families raced (RFC 8305)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ipaddress
import socket
import sys
import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from framescope.net.connect_errors import place
from framescope.net.streams import prepare
from framescope.tasks import Tasks

STAGGER = 0.25  # seconds; RFC 8305 5: "a simple approach is to use a fixed delay ... 250 milliseconds"

SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int]


class Candidate(NamedTuple):
    """One address that may be connected to."""

    family: int
    address: SocketAddress

    def __str__(self) -> str:
        return place(self.address[0], self.address[1])


def is_numeric(host: str) -> bool:
    """Tell whether `host` is an address already, so that nothing has to be looked up."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def resolve(
    host: str, port: int, *, family: int = socket.AF_UNSPEC, proto: int = 0, flags: int = 0, first: int = 1
) -> list[Candidate]:
    """Look `host` up, in a daemon thread: a DNS server that is silent holds up nothing, not even quitting.

    Raises `socket.gaierror`. `first` is `interleave`'s.
    """
    hints = {"family": family, "type": socket.SOCK_STREAM, "proto": proto, "flags": flags}
    look_up = functools.partial(_look_up, host, port, hints, first)
    if is_numeric(host):
        return look_up()
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Candidate] | OSError] = loop.create_future()

    def work() -> None:
        found: list[Candidate] | OSError
        try:
            found = look_up()
        except OSError as error:
            found = error
        except UnicodeError as error:  # a label of the name is empty or too long
            found = socket.gaierror(socket.EAI_NONAME, str(error))
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, found)

    def tell(found: list[Candidate] | OSError) -> None:
        if not answer.done():
            answer.set_result(found)

    threading.Thread(target=work, name=f"lookup of {host}", daemon=True).start()
    found = await answer
    if isinstance(found, OSError):
        raise found
    return found


def _look_up(host: str, port: int, hints: dict[str, int], first: int) -> list[Candidate]:
    found = socket.getaddrinfo(host, port, **hints)
    unique = dict.fromkeys(
        Candidate(kind, address)  # type: ignore[arg-type]
        for kind, _, _, _, address in found
        if kind in (socket.AF_INET, socket.AF_INET6)
    )
    if not unique:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address")
    return interleave(list(unique), first)


def interleave(candidates: Sequence[Candidate], first: int = 1) -> list[Candidate]:
    """Alternate the two families behind `first` addresses of the first one (RFC 8305 4); 0 leaves all as it is."""
    if not candidates or first == 0:
        return list(candidates)
    same = [candidate for candidate in candidates if candidate.family == candidates[0].family]
    other = [candidate for candidate in candidates if candidate.family != candidates[0].family]
    mixed, same = same[: first - 1], same[first - 1 :]
    for index in range(max(len(same), len(other))):
        mixed += same[index : index + 1] + other[index : index + 1]
    return mixed


async def connect_tcp(
    candidates: Sequence[Candidate],
    *,
    local_address: tuple[str, int] | None = None,
    stagger: float | None = STAGGER,
    has_all_errors: bool = False,
) -> socket.socket:
    """Connect to whichever candidate answers first; the next one starts when one fails or after `stagger` seconds.

    Raises OSError: the one that all of them met, or one that names them all; with `has_all_errors` a group of all.
    """
    tasks = Tasks("connect")
    waiting = deque(candidates)
    running: set[asyncio.Task[socket.socket | OSError]] = set()
    failures: list[OSError] = []
    started: list[asyncio.Task[socket.socket | OSError]] = []
    winner: socket.socket | None = None
    try:
        while winner is None and (waiting or running):
            if waiting:
                candidate = waiting.popleft()
                task = tasks.start(_attempt(candidate, local_address), str(candidate))
                started.append(task)
                running.add(task)
            done, running = await asyncio.wait(
                running, timeout=stagger if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                outcome = task.result()
                if isinstance(outcome, OSError):
                    failures.append(outcome)
                else:
                    winner = winner or outcome
    except BaseException:
        winner = None
        raise
    finally:
        for task in running:
            task.cancel()
        for task in started:
            task.add_done_callback(lambda task: _discard(task, winner))
    if winner is None:
        if has_all_errors and failures:
            raise ExceptionGroup("create_connection failed", failures)
        raise _one_of(failures)
    return winner


def _discard(task: asyncio.Task[socket.socket | OSError], winner: socket.socket | None) -> None:
    """Close the socket of an attempt that has not won."""
    outcome = None if task.cancelled() else task.result()
    if isinstance(outcome, socket.socket) and outcome is not winner:
        outcome.close()


async def _attempt(candidate: Candidate, local_address: tuple[str, int] | None) -> socket.socket | OSError:
    """Connect to one address; a failure is an answer, too."""
    try:
        sock = socket.socket(candidate.family, socket.SOCK_STREAM)
    except OSError as error:
        return error
    try:
        prepare(sock)
        if local_address is not None:
            sock.bind(local_address)
        # asyncio would look a zone up again; the scope number behind it says the same.
        host = candidate.address[0].partition("%")[0]
        await asyncio.get_running_loop().sock_connect(sock, (host, *candidate.address[1:]))
    except OSError as error:
        sock.close()
        return error
    except BaseException:
        sock.close()
        raise
    return sock


def _one_of(failures: Sequence[OSError]) -> OSError:
    if not failures:
        return OSError("there is no address to connect to")
    if len({type(failure) for failure in failures}) == 1 and len({failure.errno for failure in failures}) == 1:
        return failures[0]
    return OSError("Multiple exceptions: " + ", ".join(str(failure) for failure in failures))


async def connect_unix(path: str) -> socket.socket:
    """Connect to a Unix socket. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("this system has no Unix sockets")
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        prepare(sock)
        await asyncio.get_running_loop().sock_connect(sock, path)
    except BaseException:
        sock.close()
        raise
    return sock
