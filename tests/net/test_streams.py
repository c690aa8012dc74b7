"""Do bytes pass through a plain socket without blocking, and does an abort reset?"""

from __future__ import annotations

import socket

import pytest

from framescope.net.streams import PlainStream, close_socket


def pair() -> tuple[PlainStream, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
    return PlainStream(accepted), theirs


def test_reads_what_has_come_up_to_the_limit() -> None:
    stream, theirs = pair()
    assert stream.read() is None
    theirs.sendall(b"hello")
    assert stream.read(3) == b"hel"
    assert stream.has_more
    assert stream.read(3) == b"lo"
    assert not stream.has_more
    theirs.close()
    assert stream.read() == b""
    assert not stream.is_truncated
    stream.close(is_abort=False)


def test_what_was_read_too_much_is_read_again() -> None:
    stream, theirs = pair()
    theirs.sendall(b"later")
    stream.unread(b"")
    assert not stream.has_hidden
    stream.unread(b"early")
    assert stream.has_hidden
    assert stream.read() == b"early"
    assert (stream.has_more, stream.has_hidden) == (True, False)
    assert stream.read() == b"later"
    assert stream.read() is None
    stream.close(is_abort=False)
    theirs.close()


def test_writes_as_far_as_the_kernel_takes() -> None:
    stream, theirs = pair()
    size = 50_000_000
    stream.put(bytes(size))
    count = stream.flush()
    assert 0 < count < size
    while stream.flush():
        pass
    assert (stream.has_moved, stream.is_pending) == (False, True)
    stream.close(is_abort=True)
    theirs.close()


def test_half_close_leaves_their_half_open() -> None:
    stream, theirs = pair()
    assert stream.finish()
    assert theirs.recv(10) == b""
    theirs.sendall(b"late")
    assert stream.read() == b"late"
    stream.close(is_abort=False)
    theirs.close()


def test_abort_resets() -> None:
    stream, theirs = pair()
    stream.close(is_abort=True)
    with pytest.raises(ConnectionResetError):
        theirs.recv(10)
    theirs.close()
    close_socket(stream.sock, is_abort=True)  # closed already: nothing happens
