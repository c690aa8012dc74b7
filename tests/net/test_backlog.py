"""Is it seen, and only then, that a peer's end takes what stands before a ping? On real sockets, with made-up times."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator

import pytest

from framescope.engine.keepalive import Ping
from framescope.net.backlog import LONGEST_LOOK, Backlog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was acknowledged")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connected pair: ours does not block."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        theirs.connect(listener.getsockname())
        ours, _ = listener.accept()
        with ours:
            ours.setblocking(False)
            yield ours, theirs


def ping(written: float | None = None, timeout: float | None = 20.0) -> Ping:
    return Ping(b"a", 0.0, True, timeout, written)


def fill(sock: socket.socket) -> int:
    """Write until the kernel takes no more; return how much it took."""
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            count += sock.send(bytes(65536))
    return count


def read(sock: socket.socket, count: int) -> None:
    while count > 0:
        count -= len(sock.recv(min(count, 1 << 20)))


def test_nothing_is_looked_at_without_a_ping(ends):
    log = Backlog()
    assert not log.has_moved(ends[0], None, 5.0)
    assert log.next is None


def test_ping_without_a_deadline_is_not_followed(ends):
    log = Backlog()
    assert not log.has_moved(ends[0], ping(0.0, None), 5.0)
    assert log.next is None


def test_ping_on_an_idle_connection_arrives_at_once_and_gains_no_time(ends):
    ours, theirs = ends
    log, sent = Backlog(), ping()
    assert not log.has_moved(ours, sent, 1.0)
    ours.send(b"a ping")
    theirs.recv(6)
    sent.written = 1.0
    assert not log.has_moved(ours, sent, 1.1)
    assert log.next is None


def test_backlog_that_moves_is_seen_until_the_ping_has_arrived(ends):
    ours, theirs = ends
    waiting = fill(ours)
    log, sent = Backlog(), ping(written=1.0)
    assert not log.has_moved(ours, sent, 1.0)  # nothing to compare with yet
    assert log.next == 1.0 + LONGEST_LOOK
    assert not log.has_moved(ours, sent, 2.0)  # it stands still
    read(theirs, waiting // 2)
    assert not log.has_moved(ours, sent, 2.5)  # before its time
    assert log.has_moved(ours, sent, 3.0)
    fill(ours)  # what stands behind the ping does not matter
    read(theirs, waiting - waiting // 2)
    assert not log.has_moved(ours, sent, 4.0)
    assert log.next is None
    read(theirs, 1000)
    assert not log.has_moved(ours, sent, 5.0)


def test_ping_in_our_own_buffer_is_followed_and_its_writing_noted_at_once(ends):
    ours, theirs = ends
    waiting = fill(ours)
    log, sent = Backlog(), ping(timeout=0.8)
    assert not log.has_moved(ours, sent, 1.0)
    assert log.next == pytest.approx(1.2)
    read(theirs, waiting // 2)
    assert log.has_moved(ours, sent, 1.2)
    sent.written = 1.25
    assert not log.has_moved(ours, sent, 1.25)  # from here on it is known what has to be acknowledged
    read(theirs, waiting - waiting // 2)
    assert not log.has_moved(ours, sent, 1.45)
    assert log.next is None


def test_next_ping_begins_anew(ends):
    ours, theirs = ends
    waiting = fill(ours)
    log = Backlog()
    assert not log.has_moved(ours, ping(written=1.0), 1.0)
    read(theirs, waiting // 2)
    assert not log.has_moved(ours, ping(written=1.5), 1.5)
    assert log.next == 2.5


def test_what_cannot_tell_is_left_alone():
    one, other = socket.socketpair()
    with one, other:
        assert not Backlog().has_moved(one, ping(1.0), 1.0)
