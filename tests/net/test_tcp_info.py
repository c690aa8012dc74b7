"""Is it told what the other end's TCP has acknowledged, and when nothing answers? On real sockets."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from typing import cast

import pytest

from framescope.net import tcp_info as module
from framescope.net.tcp_info import tcp_info

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was acknowledged")


class Told:
    """A socket of which the kernel says what it is made to say."""

    def __init__(self, sock: socket.socket, info: bytes) -> None:
        self.family, self.fileno, self._info = sock.family, sock.fileno, info

    def getsockopt(self, level: int, name: int, size: int) -> bytes:
        assert (level, name, size) == (socket.IPPROTO_TCP, socket.TCP_INFO, len(self._info))
        return self._info


def test_what_a_machine_takes_is_acknowledged_whether_its_program_reads_or_not():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        before = tcp_info(ours)
        ours.sendall(bytes(1000))
        patience = time.monotonic() + 10
        while (after := tcp_info(ours)) is not None and after.waiting and time.monotonic() < patience:
            pass
        assert before is not None
        assert after is not None
        assert (after.acknowledged - before.acknowledged, after.waiting, after.retries) == (1000, 0, 0)
        assert after.since_ack < 10_000


def test_what_finds_no_room_waits():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        ours.setblocking(False)
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                count += ours.send(bytes(65536))
        found = tcp_info(ours)
    assert found is not None
    assert 0 < found.waiting <= count


@pytest.mark.parametrize(("retransmits", "probes", "retries"), [(0, 0, 0), (2, 0, 2), (0, 1, 0), (0, 3, 2)])
def test_one_question_for_room_may_go_unanswered(retransmits: int, probes: int, retries: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        told = bytearray(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128))
        told[2:4] = bytes((retransmits, probes))
        found = tcp_info(cast(socket.socket, Told(ours, bytes(told))))
    assert found is not None
    assert found.retries == retries


def test_what_cannot_tell_says_nothing(monkeypatch):
    one, other = socket.socketpair()
    with one, other:
        assert tcp_info(one) is None
    assert tcp_info(one) is None  # closed
    closed = socket.socket()
    closed.close()
    assert tcp_info(closed) is None
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        assert tcp_info(ours) is not None
        with monkeypatch.context() as patch:
            patch.setattr(module.sys, "platform", "win32")
            found = tcp_info(ours)
    assert found is None
