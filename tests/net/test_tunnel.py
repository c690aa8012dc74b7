"""Does each fault of a proxy have its own words, within V5's limits, under open_timeout, and without credentials?

RELIABILITY T-NET-9, H4 (RFC 6455 4.1): "If the connection could not be opened, either because a direct connection
failed or because any proxy used returned an error, then the client MUST _Fail the WebSocket Connection_".
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable

import pytest

from framescope.engine.errors import (
    InvalidProxyMessage,
    InvalidProxyStatus,
    ProxyError,
)
from framescope.net.dialogue import read
from framescope.net.opener import open_client
from framescope.net.proxies import parse_proxy
from framescope.net.route import Route
from framescope.net.tunnel import Tunnel
from helpers.loops import in_loop, until
from helpers.proxy_attempts import MARKER, TARGET, failing
from helpers.proxy_servers import http_proxy, socks4_proxy, socks5_proxy
from helpers.raw_peers import Certificates, Peer, free_port, raw_server, silent_listener, watch


def answering(*pieces: bytes) -> Callable[[Peer], Awaitable[None]]:
    """Read the request, send these pieces, and end."""

    async def conduct(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            peer.writer.write(piece)
            await peer.writer.drain()

    return conduct


@pytest.mark.parametrize(
    ("status", "text", "advice"),
    [
        (b"407 Proxy Authentication Required", "does not accept the user name and password (HTTP 407)", "Check both"),
        (b"403 Forbidden", "forbids the way to server.example:8080 (HTTP 403)", "Ask who runs it"),
        (b"502 Bad Gateway", "could not reach server.example:8080 (HTTP 502)", "Check the address"),
        (b"405 Method Not Allowed", "makes no tunnels (HTTP 405 to CONNECT)", "web server"),
        (b"418 I'm a teapot", "refused the way to server.example:8080: HTTP 418", "rules"),
        (b"302 Found\r\nLocation: http://login.example/", "HTTP 302", "rules"),
    ],
)
@in_loop
async def test_refusal(status: bytes, text: str, advice: str) -> None:
    async with raw_server(answering(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")) as port:
        error, words, hint = await failing(InvalidProxyStatus, f"http://user:{MARKER}@127.0.0.1:{port}")
    assert str(error) == f"proxy rejected connection: HTTP {status[:3].decode()}"
    assert text in words
    assert advice in hint


@in_loop
async def test_proxy_that_wants_credentials_which_nobody_gave() -> None:
    async with http_proxy(credentials=("user", "pw")) as proxy:
        _, words, advice = await failing(InvalidProxyStatus, f"http://127.0.0.1:{proxy.port}")
    assert words == "The proxy wants a user name and a password (HTTP 407)."
    assert advice == f"Put them into its address: http://user:password@127.0.0.1:{proxy.port}."


NO_ANSWERS = {
    "garbage": (answering(b"SSH-2.0-OpenSSH\r\n"), "no HTTP that can be taken: invalid HTTP status line: b'SSH-2"),
    "garbage without a line end": (answering(bytes(range(32, 127)) * 9), "no HTTP that can be taken"),
    "HTTP/2": (answering(b"HTTP/2 200\r\n\r\n"), "invalid HTTP status line: b'HTTP/2 200'"),
    "1 MB header": (answering(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**20), "a line is longer than 8192 bytes"),
    "endless status line": (answering(b"HTTP/1.1 200 " + b"x" * 2**20), "a line is longer than 8192 bytes"),
    "2,000 headers": (answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000), "more than 128 header lines"),
    "1 MB of headers": (
        answering(b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 8000 + b"\r\n") * 100),
        "the head is longer than 65536 bytes",
    ),
    "bad header": (answering(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), "invalid header line"),
    "ends at once": (answering(), "ended the connection without an answer"),
    "ends inside the answer": (answering(b"HTTP/1.1 200 OK\r\n"), "ended the connection without an answer"),
    "TLS alert": (answering(b"\x15\x03\x01\x00\x02\x02\x46"), "The proxy speaks TLS on port"),
}


@pytest.mark.parametrize("kind", NO_ANSWERS)
@in_loop
async def test_no_answer(kind: str) -> None:
    conduct, text = NO_ANSWERS[kind]
    async with raw_server(conduct) as port:
        error, words, advice = await failing(InvalidProxyMessage, f"http://user:{MARKER}@127.0.0.1:{port}")
    assert str(error) == "did not receive a valid HTTP response from proxy"
    assert error.__cause__ is not None
    assert text in words
    assert advice


@in_loop
async def test_reset_inside_the_answer() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        peer.reset()

    async with raw_server(conduct) as port:
        error, words, _ = await failing(InvalidProxyMessage, f"http://127.0.0.1:{port}")
    assert isinstance(error.__cause__, ConnectionResetError)
    assert words == "The proxy dropped the connection without an answer."


@in_loop
async def test_plain_words_to_a_proxy_that_speaks_tls() -> None:
    certificates = Certificates.make()
    async with http_proxy(certificates.server) as proxy:
        _, words, advice = await failing(InvalidProxyMessage, f"http://user:{MARKER}@127.0.0.1:{proxy.port}")
    assert "without an answer" in words or "speaks TLS" in words
    assert "https://" in advice


@in_loop
async def test_tls_to_a_proxy_that_speaks_plain_words() -> None:
    async with raw_server(answering_bytes) as port:
        route = Route(proxy_ssl=Certificates.make().client())
        _, words, advice = await failing(OSError, f"https://user:{MARKER}@localhost:{port}", route=route)
    assert words == f"The proxy does not speak TLS on port {port}."
    assert "http://" in advice


async def answering_bytes(peer: Peer) -> None:
    await peer.reader.read(100)
    peer.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@in_loop
async def test_proxy_whose_certificate_is_not_trusted() -> None:
    async with http_proxy(Certificates.make().server) as proxy:
        way = f"https://user:{MARKER}@localhost:{proxy.port}"
        _, words, _ = await failing(OSError, way, route=Route(proxy_ssl=Certificates.make().client()))
        assert words.startswith("The proxy's certificate is not trusted: ")
    assert proxy.heads == []  # the password was told to nobody


@in_loop
async def test_certificate_of_another_host() -> None:
    certificates = Certificates.make("another.example")
    async with http_proxy(certificates.server) as proxy:
        route = Route(proxy_ssl=certificates.client())
        _, words, _ = await failing(OSError, f"https://localhost:{proxy.port}", route=route)
    assert words == "The proxy's certificate is not trusted: it is not for localhost."


@pytest.mark.parametrize("scheme", ["http", "https", "socks4", "socks5h"])
@in_loop
async def test_refused(scheme: str) -> None:
    port = free_port()
    _, words, _ = await failing(
        ConnectionRefusedError, f"{scheme}://user:{MARKER}@127.0.0.1:{port}", url="ws://127.0.0.1/"
    )
    assert words == f"Refused: no proxy listens on 127.0.0.1:{port}."


@in_loop
async def test_unknown_proxy() -> None:
    client = watch(TARGET)
    with pytest.raises(socket.gaierror):
        await open_client(client.driver, client.address, proxy=parse_proxy(f"http://user:{MARKER}@proxy.invalid"))
    assert client.tap.steps == ["dns began", "dns failed"]
    assert client.tap.phases[-1].text == "Unknown host: proxy.invalid has no address."
    assert client.tap.phases[-1].advice == "Check the proxy's address."


@pytest.mark.parametrize("scheme", ["http", "https", "socks4", "socks5h"])
@in_loop
async def test_silent_proxy(scheme: str) -> None:
    with silent_listener() as port:
        way = f"{scheme}://user:{MARKER}@127.0.0.1:{port}"
        for limit in (0.15, 0.6, 2.4):  # on a busy machine the time may be up before the proxy is reached
            started = time.monotonic()
            _, words, advice = await failing(TimeoutError, way, timeout=limit, url="ws://127.0.0.1/")
            passed = time.monotonic() - started
            if "answer" in words:
                break
    assert limit - 0.01 <= passed < limit + 3
    assert words == f"Timed out after {limit} s during the proxy's answer."
    assert f"127.0.0.1:{port}" in advice


@in_loop
async def test_answer_byte_by_byte_does_not_move_the_deadline() -> None:
    """V5: slowloris; the limit holds for all, never per read."""

    async def conduct(peer: Peer) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100:
            peer.writer.write(bytes([byte]))
            await asyncio.sleep(0.02)

    async with raw_server(conduct) as port:
        started = time.monotonic()
        await failing(TimeoutError, f"http://127.0.0.1:{port}", timeout=0.2)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("scheme", ["http", "https", "socks5h"])
@in_loop
async def test_cancelling_leaves_no_socket(scheme: str) -> None:
    met: list[bytes] = []

    async def conduct(peer: Peer) -> None:
        while data := await peer.reader.read(1000):
            met.append(data)
        met.append(b"")

    async with raw_server(conduct) as port:
        client = watch("ws://127.0.0.1/")
        proxy = parse_proxy(f"{scheme}://127.0.0.1:{port}")
        work = asyncio.ensure_future(open_client(client.driver, client.address, proxy=proxy))
        await until(lambda: met)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await until(lambda: met[-1] == b"")  # the proxy sees the end
    assert client.tap.ended.exception_name == "ConnectionAbortedError"


def plan(proxy: str, user_agent: str | None = None, **route: object) -> Tunnel:
    return Tunnel.plan(parse_proxy(proxy), Route(**route), "a.example", 80, user_agent)  # type: ignore[arg-type]


def test_what_cannot_be_asked_is_refused_before_anything_is_connected() -> None:
    """RELIABILITY V11: CR, LF and NUL never reach the wire."""
    with pytest.raises(ValueError, match="User-Agent"):
        plan("http://127.0.0.1", "a\r\nX: y")
    context = Certificates.make().client()
    with pytest.raises(ValueError, match="proxy_ssl argument is incompatible with an http:// proxy"):
        plan("http://127.0.0.1", proxy_ssl=context)
    with pytest.raises(ValueError, match="proxy_ssl=None is incompatible with an https:// proxy"):
        plan("https://127.0.0.1", proxy_ssl=None)
    assert plan("http://127.0.0.1", proxy_ssl=None).context is None
    assert plan("https://127.0.0.1", proxy_ssl=context).context is context
    assert plan("https://127.0.0.1", proxy_ssl=True).context is not None
    assert plan("https://127.0.0.1").context is not None
    assert plan("socks5://127.0.0.1").request == b""


@pytest.mark.parametrize("scheme", ["http", "https", "socks4", "socks4a", "socks5", "socks5h"])
@in_loop
async def test_way_through(scheme: str) -> None:
    """The steps are told in order; the name is looked up by whom the scheme says."""
    certificates = Certificates.make()
    serve = {"http": http_proxy, "https": lambda: http_proxy(certificates.server), "socks4": socks4_proxy}
    async with serve.get(scheme[:6].rstrip("5"), socks5_proxy)() as proxy, raw_server(Peer.upgrade) as port:
        client = watch(f"ws://localhost:{port}/")
        way = parse_proxy(f"{scheme}://127.0.0.1:{proxy.port}")
        await open_client(client.driver, client.address, Route(proxy_ssl=chosen(scheme, certificates)), proxy=way)
        await client.driver.ended
    looks_up = scheme in ("socks4", "socks5")
    assert client.tap.steps == [
        *(("dns began", "dns done") if looks_up else ()),
        *("tcp began", "tcp done", "proxy began", "proxy done", "upgrade began", "upgrade done"),
    ]
    host, asked = proxy.targets[0]
    assert asked == port
    assert (host == "localhost") is not looks_up
    done = client.tap.phases[client.tap.steps.index("proxy done")]
    tls = " · TLSv1.3 · TLS_" if scheme == "https" else ""
    assert done.text.startswith(f"{way} → ")
    assert tls in done.text


def chosen(scheme: str, certificates: Certificates) -> ssl.SSLContext | None:
    return certificates.client() if scheme == "https" else None


@in_loop
async def test_what_comes_with_the_answer_is_the_tunnel_s() -> None:
    tunnel = plan("http://127.0.0.1")

    async with raw_server(answering(b"HTTP/1.1 200 OK\r\n\r\nearly", b" late")) as port:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            stream = await tunnel.open(sock, "a.example")
            received = b""
            while data := await read(stream):
                received += data
    assert received == b"early late"


@in_loop
async def test_tls_with_the_proxy_has_its_own_limit() -> None:
    with silent_listener() as port:
        route = Route(proxy_ssl_handshake_timeout=0.05)
        error, words, _ = await failing(ConnectionAbortedError, f"https://127.0.0.1:{port}", route=route)
    assert str(error) == "SSL handshake is taking longer than 0.05 seconds: aborting the connection"
    assert words == "Timed out after 0.05 s during TLS with the proxy."


@in_loop
async def test_host_and_port_of_the_caller_are_where_the_tunnel_ends() -> None:
    async with http_proxy(credentials=("a", "b")) as proxy:
        await failing(ProxyError, f"http://127.0.0.1:{proxy.port}", route=Route(host="other.example", port=81))
    assert proxy.heads[0].startswith("CONNECT other.example:81 HTTP/1.1\r\nHost: other.example:81\r\n")
