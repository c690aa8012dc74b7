"""Do bytes pass through TLS whole, counted when the kernel has them, and is a cut told from an end?"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from framescope.net.streams import PlainStream
from framescope.net.tls import start_tls
from framescope.net.tls_stream import RECORD, TlsStream
from helpers.loops import in_loop
from helpers.raw_peers import Certificates


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[TlsStream, TlsStream]]:
    """Two ends of one TLS connection: the client's and the server's."""
    certificates = Certificates.make()
    ours, theirs = socket.socketpair()
    client, server = await asyncio.gather(
        start_tls(PlainStream(ours), certificates.client(), server_hostname="localhost"),
        start_tls(PlainStream(theirs), without_hidden_ends(certificates.server), is_server=True),
    )
    assert read_all(client) == b""  # the server's session tickets
    try:
        yield client, server
    finally:
        client.close(is_abort=False)
        server.close(is_abort=False)


def without_hidden_ends(context: ssl.SSLContext) -> ssl.SSLContext:
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


def read_all(stream: TlsStream) -> bytes:
    """Read until nothing is there, or the end."""
    pieces = b""
    while piece := stream.read():
        pieces += piece
    return pieces


@in_loop
async def test_bytes_arrive_and_are_counted() -> None:
    async with pair() as (client, server):
        client.put(b"hello")
        assert client.is_pending
        assert client.flush() == 5
        assert not client.is_pending
        assert server.read() == b"hello"
        assert server.read() is None


@in_loop
async def test_bytes_count_by_whole_records() -> None:
    size = 40 * RECORD
    async with pair() as (client, server):
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        data = bytes(range(256)) * (size // 256)
        client.put(data)
        counts, received = [], b""
        while client.is_pending:
            counts.append(client.flush())
            received += read_all(server)
        received += read_all(server)
    assert received == data
    assert sum(counts) == size
    assert counts[0] < size
    assert all(count % RECORD == 0 for count in counts)


@in_loop
async def test_kernel_that_is_full_takes_nothing() -> None:
    async with pair() as (client, _server):
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client.put(bytes(1_000_000))
        while client.flush() or client.has_moved:
            pass
        assert client.is_pending
        assert client.flush() == 0
        assert not client.has_moved


@in_loop
async def test_end_in_order() -> None:
    async with pair() as (client, server):
        server.put(b"bye")
        server.flush()
        assert server.finish()
        assert client.read() == b"bye"
        assert client.has_more
        assert client.has_hidden
        assert client.read() == b""
        assert not client.is_truncated


@in_loop
async def test_end_without_close_notify_is_a_cut() -> None:
    async with pair() as (client, server):
        client.tls.context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        server.put(b"half")
        server.flush()
        server.sock.shutdown(socket.SHUT_WR)
        assert client.read() == b"half"
        assert client.read() == b""
        assert client.is_truncated


@in_loop
async def test_bytes_that_are_no_tls_break_the_stream_once_the_rest_is_read() -> None:
    async with pair() as (client, server):
        server.put(b"good")
        server.flush()
        server.sock.send(b"no record at all")
        assert client.read() == b"good"
        with pytest.raises(ssl.SSLError):
            client.read()


@in_loop
async def test_end_of_our_half_leaves_theirs_readable() -> None:
    async with pair() as (client, server):
        assert client.finish()
        assert client.finish()
        assert server.read() == b""
        server.finish()
        assert client.read() in (b"", None)
