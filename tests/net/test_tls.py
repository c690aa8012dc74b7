"""Which certificates does a client trust, what does each fault say, and how does a server's context come about?"""

from __future__ import annotations

import asyncio
import datetime
import errno
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from framescope.engine.state import State
from framescope.net.connect_errors import TlsTimeout
from framescope.net.opener import open_client
from framescope.net.streams import PlainStream
from framescope.net.tls import client_context, server_context, start_tls
from helpers import raw_peers
from helpers.loops import in_loop
from helpers.raw_peers import Certificates, Peer, RecordingTap, raw_server, watch


async def upgrade(peer: Peer) -> None:
    await peer.upgrade()
    await peer.reader.read(100)


async def connecting(server: ssl.SSLContext, client: ssl.SSLContext, host: str = "localhost") -> RecordingTap:
    """Connect by TLS, and close again."""
    async with raw_server(upgrade, server) as port:
        peer = watch(f"wss://{host}:{port}/")
        try:
            await open_client(peer.driver, peer.address, context=client)
            assert peer.driver.engine.state is State.OPEN
        finally:
            peer.driver.abort()
    return peer.tap


async def refused(server: ssl.SSLContext, client: ssl.SSLContext, host: str = "localhost") -> tuple[int, str]:
    """Fail to connect by TLS; return OpenSSL's code and the sentence for people."""
    async with raw_server(upgrade, server) as port:
        peer = watch(f"wss://{host}:{port}/")
        with pytest.raises(ssl.SSLCertVerificationError) as raised:
            await open_client(peer.driver, peer.address, context=client)
    assert peer.tap.steps[-1] == "tls failed"
    return raised.value.verify_code, peer.tap.phases[-1].text


def trusting(authority: trustme.CA, folder: Path) -> ssl.SSLContext:
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return client_context(ca_file=path)


@in_loop
async def test_authority_of_a_file_is_trusted(tmp_path: Path) -> None:
    certificates = Certificates.make()
    tap = await connecting(certificates.server, trusting(certificates.authority, tmp_path))
    assert "tls done" in tap.steps


@in_loop
async def test_unknown_authority() -> None:
    code, text = await refused(Certificates.make().server, client_context())
    assert code == 20
    assert text == "Certificate not trusted: unknown certificate authority."


@in_loop
async def test_check_that_is_switched_off_takes_any_certificate() -> None:
    await connecting(Certificates.make("elsewhere.invalid").server, client_context(is_verified=False))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@in_loop
async def test_certificate_of_another_host(host: str, tmp_path: Path) -> None:
    certificates = Certificates.make("elsewhere.invalid")
    code, text = await refused(certificates.server, trusting(certificates.authority, tmp_path), host)
    assert code in (62, 64)
    assert text == f"Certificate not trusted: it is not for {host}."


@in_loop
async def test_certificate_that_has_expired(tmp_path: Path) -> None:
    day = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificates = Certificates.make(not_after=day)
    code, text = await refused(certificates.server, trusting(certificates.authority, tmp_path))
    assert (code, text) == (10, "Certificate not trusted: it has expired.")


@in_loop
async def test_self_signed_certificate() -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as certificate:
        server.load_cert_chain(certificate, key)
    code, text = await refused(server, client_context())
    assert (code, text) == (18, "Certificate not trusted: self-signed certificate.")


@in_loop
async def test_certificate_that_is_not_valid_yet(tmp_path: Path) -> None:
    day = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    certificates = Certificates.make(not_before=day)
    code, text = await refused(certificates.server, trusting(certificates.authority, tmp_path))
    assert (code, text) == (9, "Certificate not trusted: it is not valid yet.")


@in_loop
async def test_port_without_tls() -> None:
    async def talk(peer: Peer) -> None:
        await peer.reader.read(10)
        peer.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await peer.reader.read(100_000)

    async with raw_server(talk) as port:
        peer = watch(f"wss://127.0.0.1:{port}/")
        with pytest.raises(ssl.SSLError):
            await open_client(peer.driver, peer.address, context=client_context())
    assert peer.tap.phases[-1].text == f"No TLS on port {port}."


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_connection_dropped_during_tls(is_reset: bool) -> None:
    async def drop(peer: Peer) -> None:
        await peer.reader.read(10)
        if is_reset:
            peer.reset()

    async with raw_server(drop) as port:
        peer = watch(f"wss://127.0.0.1:{port}/")
        with pytest.raises(OSError):
            await open_client(peer.driver, peer.address, context=client_context())
    said = f"Reset: 127.0.0.1:{port} dropped the connection" if is_reset else f"127.0.0.1:{port} ended the connection"
    assert peer.tap.phases[-1].text == f"{said} during TLS."


@in_loop
async def test_nothing_is_said_before_tls_is_there() -> None:
    """RELIABILITY H5, RFC 6455 4.1: TLS over the connection first; "after opening the connection and before
    sending the handshake data"."""
    said: list[bytes] = []

    async def conduct(peer: Peer) -> None:
        said.append(await peer.reader.read(100_000))

    async with raw_server(conduct) as port:
        client = watch(f"wss://localhost:{port}/")
        with pytest.raises(ssl.SSLError):
            await open_client(client.driver, client.address, context=client_context())
    assert said[0][:2] == b"\x16\x03"  # RFC 8446 5.1: a handshake record
    assert b"localhost" in said[0]  # RFC 6066 3: the name, in the clear
    assert b"GET" not in said[0]
    assert client.tap.sent == b""


@pytest.mark.parametrize("is_server", [True, False])
@in_loop
async def test_handshake_has_a_limit_of_its_own(is_server: bool) -> None:
    ours, theirs = socket.socketpair()
    context = Certificates.make().server if is_server else client_context()
    name = None if is_server else "localhost"
    with theirs, ours:
        with pytest.raises(TlsTimeout, match=r"longer than 0\.05 seconds"):
            await start_tls(PlainStream(ours), context, is_server=is_server, server_hostname=name, limit=0.05)
        with pytest.raises(TimeoutError):  # another's limit is told as it is
            async with asyncio.timeout(0.01):
                await start_tls(PlainStream(ours), context, is_server=is_server, server_hostname=name, limit=5)


@in_loop
async def test_network_s_own_timeout_is_none_of_the_handshake() -> None:
    class Dead(PlainStream):
        def read(self, limit: int = 0) -> bytes | None:
            raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    ours, theirs = socket.socketpair()
    with theirs, ours, pytest.raises(TimeoutError, match="Connection timed out") as raised:
        await start_tls(Dead(ours), client_context(), server_hostname="localhost", limit=5)
    assert not isinstance(raised.value, TlsTimeout)


@in_loop
async def test_name_of_the_host_is_asked_for() -> None:
    certificates = Certificates.make()
    asked: list[str | None] = []
    certificates.server.sni_callback = lambda tls, name, context: asked.append(name)
    await connecting(certificates.server, certificates.client())
    assert asked == ["localhost"]


@in_loop
async def test_http_1_1_is_offered() -> None:
    certificates = Certificates.make()
    certificates.server.set_alpn_protocols(["h2", "http/1.1"])
    context = client_context(is_verified=False)
    chosen: list[str | None] = []

    async def conduct(peer: Peer) -> None:
        chosen.append(peer.writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await upgrade(peer)

    async with raw_server(conduct, certificates.server) as port:
        peer = watch(f"wss://localhost:{port}/")
        await open_client(peer.driver, peer.address, context=context)
        peer.driver.abort()
    assert chosen == ["http/1.1"]


@in_loop
async def test_servers_context_from_files(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    (tmp_path / "key.pem").write_bytes(certificate.private_key_pem.bytes())
    (tmp_path / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    context = server_context(tmp_path / "chain.pem", tmp_path / "key.pem")
    client = raw_peers.Certificates(authority, context).client()
    await connecting(context, client)


def test_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing of use")
    with pytest.raises(ssl.SSLError):
        client_context(ca_file=tmp_path / "no.pem")
    with pytest.raises(FileNotFoundError):
        client_context(ca_file=tmp_path / "missing.pem")
