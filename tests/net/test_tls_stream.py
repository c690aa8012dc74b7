"""Do bytes pass through TLS whole, counted when the kernel has them, and is a cut told from an end?"""

from __future__ import annotations

import asyncio
import contextlib
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
async def pair(options: int = 0) -> AsyncIterator[tuple[TlsStream, TlsStream]]:
    """Two ends of one TLS connection: the client's, with these `options`, and the server's."""
    certificates = Certificates.make()
    context = certificates.client()
    context.options |= options
    ours, theirs = socket.socketpair()
    client, server = await asyncio.gather(
        start_tls(PlainStream(ours), context, server_hostname="localhost"),
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
        assert client.sock.recv(1) == b""  # TCP's end comes behind that of TLS


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


@pytest.mark.parametrize("has_said_so", [True, False])
@in_loop
async def test_cut_shows_through_a_context_that_hides_it(has_said_so: bool) -> None:
    """RELIABILITY C12, with OP_IGNORE_UNEXPECTED_EOF in a context of the caller's."""
    async with pair(ssl.OP_IGNORE_UNEXPECTED_EOF) as (client, server):
        server.put(b"half")
        server.flush()
        if has_said_so:
            server.finish()
        else:
            server.sock.shutdown(socket.SHUT_WR)
        assert client.read() == b"half"
        assert client.read() == b""
        assert client.is_truncated is not has_said_so


def test_what_comes_with_the_handshake_is_read_before_the_end() -> None:
    """The server says all that it has to say in one go, close_notify too, and its socket ends."""
    certificates = Certificates.make()
    certificates.server.maximum_version = ssl.TLSVersion.TLSv1_2  # there the server finishes the handshake
    inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = certificates.client().wrap_bio(inward, outward, server_hostname="localhost")
    server = certificates.server.wrap_bio(outward, inward, server_side=True)
    for end in (tls, server, tls, server):
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()
    server.write(b"all")
    with contextlib.suppress(ssl.SSLWantReadError):
        server.unwrap()
    tls.do_handshake()
    ours, theirs = socket.socketpair()
    theirs.close()
    stream = TlsStream(PlainStream(ours), tls, inward, outward)
    assert stream.has_hidden
    assert read_all(stream) == b"all"
    assert stream.read() == b""
    assert not stream.is_truncated
    stream.close(is_abort=False)


@asynccontextmanager
async def nested_pair() -> AsyncIterator[tuple[TlsStream, TlsStream]]:
    """TLS inside TLS, as through an https proxy to a wss server."""
    certificates = Certificates.make()
    async with pair() as (front, back):
        client, server = await asyncio.gather(
            start_tls(front, certificates.client(), server_hostname="localhost"),
            start_tls(back, without_hidden_ends(certificates.server), is_server=True),
        )
        assert read_all(client) == b""  # the server's session tickets
        yield client, server


@in_loop
async def test_tls_inside_tls() -> None:
    async with nested_pair() as (client, server):
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        data = bytes(range(256)) * 2560
        client.put(data)
        counts, received = [], b""
        while client.is_pending:
            counts.append(client.flush())
            received += read_all(server)
        received += read_all(server)
        assert received == data
        assert sum(counts) == len(data)
        assert counts[0] < len(data)
        server.put(b"back")
        assert server.flush() == 4
        assert client.read() == b"back"


@in_loop
async def test_end_of_tls_inside_tls() -> None:
    async with nested_pair() as (client, server):
        server.put(b"bye")
        server.flush()
        assert server.finish()
        assert client.read() == b"bye"
        assert client.has_hidden
        assert client.read() == b""
        assert not client.is_truncated


@in_loop
async def test_cut_of_the_inner_tls_is_a_cut() -> None:
    """The proxy ends its own TLS in order, the server's has no end."""
    async with nested_pair() as (client, server):
        server.put(b"half")
        server.flush()
        server._below.finish()
        assert client.read() == b"half"
        assert client.read() == b""
        assert client.is_truncated


@in_loop
async def test_what_was_read_too_much_is_read_again() -> None:
    async with pair() as (client, server):
        server.put(b"later")
        server.flush()
        client.unread(b"early")
        assert client.has_hidden
        assert client.read() == b"early"
        assert client.has_more
        assert client.read() == b"later"
        assert client.read() is None
