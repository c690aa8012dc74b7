"""Is it told what the other end's TCP has acknowledged, and when nothing answers? On real sockets."""

from __future__ import annotations

import contextlib
import socket
import sys
import time

import pytest

from framescope.net import tcp_info as module
from framescope.net.tcp_info import tcp_info

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was acknowledged")


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
