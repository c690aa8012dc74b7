"""RELIABILITY 1.1, row by row: what of a client's opening handshake needs sockets (RFC 6455 4.1, 7.2.3)."""

from __future__ import annotations

import contextlib
import itertools
import ssl
from collections.abc import Iterator

import pytest

from framescope import connect
from framescope.engine.errors import InvalidStatus, ProxyError
from framescope.engine.settings import Timeouts
from framescope.net.opener import open_client
from framescope.net.reconnect import backoff
from framescope.net.tls import client_context
from helpers.ledger import cases
from helpers.loops import in_loop, until
from helpers.proxy_servers import http_proxy
from helpers.raw_peers import Certificates, Peer, accepting, raw_server, watch


class Server:
    """Answers one request after the other with what it was given; the last answer is a 101."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.heads: list[str] = []

    async def conduct(self, peer: Peer) -> None:
        head = (await peer.reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        if self._answers:
            peer.writer.write(f"HTTP/1.1 {self._answers.pop(0)}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        peer.writer.write(accepting(self.values("Sec-WebSocket-Key")[-1]))
        await peer.reader.read()

    def values(self, name: str) -> list[str]:
        """The header's value in each request."""
        lines = itertools.chain.from_iterable(head.split("\r\n") for head in self.heads)
        return [line.split(": ", 1)[1] for line in lines if line.startswith(f"{name}: ")]


@pytest.mark.parametrize("row", [pytest.param("H8", id="H8-client-redirect"), pytest.param("H14", id="H14-client-302")])
@in_loop
async def test_valid_redirect(row):
    """H8: a fresh key for each request. H14: a redirect of the same server keeps its credentials."""
    server = Server("302 Found\r\nLocation: /b", "307 x\r\nLocation: /c")
    async with raw_server(server.conduct) as port:
        connection = await connect(f"ws://u:p@127.0.0.1:{port}/a", additional_headers={"Cookie": "a=b"})
        connection.driver.abort()
    assert [head.split(" ")[1] for head in server.heads] == ["/a", "/b", "/c"]
    assert len(set(server.values("Sec-WebSocket-Key"))) == 3
    assert server.values("Cookie") == ["a=b"] * 3


@pytest.mark.parametrize(
    "headers",
    cases(
        [
            (f"H14-client-{name}-to-another-port", {name: "secret"})
            for name in ("Authorization", "Cookie", "Proxy-Authorization", "cOOKIE")
        ]
    ),
)
@in_loop
async def test_invalid_credentials_of_another_origin(headers):
    """H14: what was meant for the server asked first does not go to the one it names."""
    there = Server()
    async with raw_server(there.conduct) as other:
        here = Server(f"302 Found\r\nLocation: ws://127.0.0.1:{other}/")
        async with raw_server(here.conduct) as port:
            connection = await connect(f"ws://127.0.0.1:{port}/", additional_headers={**headers, "X-Room": "7"})
            connection.driver.abort()
    assert "secret" in here.heads[0]
    assert "secret" not in there.heads[0]
    assert there.values("X-Room") == ["7"]


@pytest.mark.parametrize("row", [pytest.param("H8", id="H8-client-retry"), pytest.param("H16", id="H16-client-retry")])
@in_loop
async def test_valid_retry(row, monkeypatch):
    """H8: a fresh key for each try. H16, RFC 6455 7.2.3: "The first reconnect attempt SHOULD be delayed by a random
    amount of time", later ones "by increasingly longer amounts of time".
    """
    server = Server(*["503 x"] * 5)
    delays: list[float] = []

    def recorded() -> Iterator[float]:
        for delay in backoff():
            delays.append(delay)
            yield 0.0

    async with raw_server(server.conduct) as port:
        async for connection in connect(f"ws://127.0.0.1:{port}/", reconnect_delays=recorded):
            connection.driver.abort()
            break
    assert len(set(server.values("Sec-WebSocket-Key"))) == 6
    assert 0 <= delays[0] <= 5
    assert delays[1:] == sorted(delays[1:])
    assert len(set(delays)) == 5


@pytest.mark.parametrize("count", [pytest.param(30, id="H16-client-delays")])
def test_valid_delays(count):
    """H16: "a value chosen randomly between 0 and 5 seconds is a reasonable initial delay", then longer ones."""
    firsts = [next(backoff()) for _ in range(200)]
    assert min(firsts) >= 0
    assert max(firsts) <= 5
    assert len(set(firsts)) > 190
    _, *rest = itertools.islice(backoff(), count)
    steps = list(itertools.pairwise(rest))
    assert all(later / sooner == pytest.approx(1.618) for sooner, later in steps if later < 90)
    assert rest[-1] == 90


@pytest.mark.parametrize("error", [pytest.param("403 Forbidden", id="H16-client-refused-for-good")])
@in_loop
async def test_invalid_retry(error):
    """H16: what a second try would not change is raised at the first."""
    server = Server(error)
    async with raw_server(server.conduct) as port:
        with pytest.raises(InvalidStatus):
            async for _ in connect(f"ws://127.0.0.1:{port}/"):
                pytest.fail("connected")
    assert len(server.heads) == 1


@pytest.mark.parametrize("row", [pytest.param("H5", id="H5-client-verified")])
@in_loop
async def test_valid_tls(row, tmp_path):
    """H5, RFC 6455 4.1: "Clients MUST use the Server Name Indication extension in the TLS handshake"."""
    certificates = Certificates.make()
    authority = tmp_path / "authority.pem"
    certificates.authority.cert_pem.write_to_path(authority)
    names: list[str | None] = []
    certificates.server.sni_callback = lambda tls, name, context: names.append(name)
    async with raw_server(Server().conduct, certificates.server) as port:
        seen = watch(f"wss://localhost:{port}/")
        await open_client(seen.driver, seen.address, context=client_context(ca_file=authority))
        seen.driver.abort()
    assert names == ["localhost"]
    steps = seen.tap.steps
    assert steps.index("tls done") < steps.index("upgrade began")


@pytest.mark.parametrize(
    "names",
    cases([("H5-client-unknown-authority", None), ("H5-client-certificate-of-another", ["other.example"])]),
)
@in_loop
async def test_invalid_tls(names, tmp_path):
    """H5: "If this fails (e.g., the server's certificate could not be verified), then the client MUST _Fail ..._": not
    a byte of the handshake was sent.
    """
    certificates = Certificates.make(*(names or ()))
    authority = tmp_path / "authority.pem"
    certificates.authority.cert_pem.write_to_path(authority)
    server = Server()
    async with raw_server(server.conduct, certificates.server) as port:
        seen = watch(f"wss://localhost:{port}/")
        with pytest.raises(ssl.SSLCertVerificationError):
            await open_client(seen.driver, seen.address, context=client_context(ca_file=authority if names else None))
    assert server.heads == []
    assert seen.tap.sent == b""
    assert "upgrade began" not in seen.tap.steps


@pytest.mark.parametrize("row", [pytest.param("H5", id="H5-client-first-bytes")])
@in_loop
async def test_valid_first_bytes(row):
    """H5: TLS before any byte of the handshake; a server that speaks none sees a ClientHello and nothing else."""
    got: list[bytes] = []

    async def conduct(peer: Peer) -> None:
        got.append(await peer.reader.read(1000))

    async with raw_server(conduct) as port:
        seen = watch(f"wss://localhost:{port}/", Timeouts(open_timeout=2.0))
        with contextlib.suppress(OSError):
            await open_client(seen.driver, seen.address, context=client_context())
    assert got[0][:2] == b"\x16\x03"
    assert b"GET" not in got[0]


@pytest.mark.parametrize("host", cases([("H4-client-name", "server.example"), ("H4-client-ipv6", "[::1]")]))
@in_loop
async def test_valid_proxy(host):
    """H4, RFC 6455 4.1: "the client SHOULD connect to that proxy and ask it to open a TCP connection to the host"."""
    server = Server()
    async with raw_server(server.conduct) as port, http_proxy() as proxy:
        connection = await connect(f"ws://{host}:{port}/a", proxy=f"http://127.0.0.1:{proxy.port}")
        connection.driver.abort()
    (head,) = proxy.heads
    assert head.startswith(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n")
    assert server.heads[0].startswith(f"GET /a HTTP/1.1\r\nHost: {host}:{port}\r\n")


@pytest.mark.parametrize(
    "answer",
    cases(
        [
            ("H4-client-407", b"HTTP/1.1 407 x\r\n\r\n"),
            ("H4-client-502", b"HTTP/1.1 502 x\r\n\r\n"),
            ("H4-client-101", b"HTTP/1.1 101 x\r\n\r\n"),
            ("H4-client-nonsense", b"SSH-2.0\r\n\r\n"),
            ("H4-client-end", b""),
        ]
    ),
)
@in_loop
async def test_invalid_proxy(answer):
    """H4: where "any proxy used returned an error, then the client MUST _Fail the WebSocket Connection_"; not a byte of
    the handshake was sent.
    """
    sent: list[bytes] = []

    async def conduct(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        peer.writer.write(answer)
        peer.writer.write_eof()
        sent.append(await peer.reader.read())

    async with raw_server(conduct) as port:
        with pytest.raises(ProxyError):
            await connect("ws://server.example/", proxy=f"http://127.0.0.1:{port}")
        await until(lambda: sent)
    assert sent == [b""]
