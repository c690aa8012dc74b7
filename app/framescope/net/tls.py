"""How does a byte stream become a TLS stream? Contexts that trust what the system trusts, and the handshake."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl

from framescope.net.connect_errors import TlsTimeout
from framescope.net.dialogue import read, write
from framescope.net.streams import Stream
from framescope.net.tls_stream import TlsStream

try:
    import truststore
except ImportError:  # the desktop application has it; the library part also works without
    truststore = None  # type: ignore[assignment]


def client_context(*, ca_file: str | os.PathLike[str] | None = None, is_verified: bool = True) -> ssl.SSLContext:
    """Make a client's context: the system's certificates, and those of `ca_file`. Raises OSError for a bad file.

    `is_verified` False takes every certificate: for one connection, when a person has asked for it.
    """
    if is_verified and truststore is not None:
        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if is_verified:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if not is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if ca_file is not None:
        context.load_verify_locations(cafile=os.fspath(ca_file))
    _set_protocols(context)
    return context


def server_context(
    certificate: str | os.PathLike[str], key: str | os.PathLike[str] | None = None, password: str | None = None
) -> ssl.SSLContext:
    """Make a server's context from PEM files: the certificate chain, and its key unless that file has both."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key, password)
    _set_protocols(context)
    return context


def _set_protocols(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # RFC 6455 runs over HTTP/1.1; without ALPN some servers would choose HTTP/2.
    context.set_alpn_protocols(["http/1.1"])
    # A renegotiation would make a write wait for a read. TLS 1.3 has none.
    context.options |= ssl.OP_NO_RENEGOTIATION
    # A stream that ends without TLS saying so was cut off; the ssl module would call that an end.
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF


async def start_tls(
    below: Stream,
    context: ssl.SSLContext,
    *,
    server_hostname: str | None = None,
    is_server: bool = False,
    limit: float | None = None,
) -> TlsStream:
    """Do the TLS handshake on a stream, within `limit` seconds; the stream stays open.

    Raises OSError: `ssl.SSLError`, or TlsTimeout.
    """
    try:
        async with asyncio.timeout(limit) as clock:
            return await _shake_hands(below, context, server_hostname=server_hostname, is_server=is_server)
    except TimeoutError:
        if limit is None or not clock.expired():
            raise
        raise TlsTimeout(limit) from None


async def _shake_hands(
    below: Stream, context: ssl.SSLContext, *, server_hostname: str | None, is_server: bool
) -> TlsStream:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=is_server, server_hostname=server_hostname)
    while True:
        try:
            is_done = _step(tls)
        except ssl.SSLError:
            with contextlib.suppress(OSError):  # the alert says to the peer what is wrong
                await write(below, outgoing.read())
            raise
        if outgoing.pending:
            await write(below, outgoing.read())
        if is_done:
            return TlsStream(below, tls, incoming, outgoing)
        data = await read(below)
        if data:
            incoming.write(data)
        else:
            incoming.write_eof()


def _step(tls: ssl.SSLObject) -> bool:
    """Go on with the handshake; True when it is done."""
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
