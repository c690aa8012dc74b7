"""Does each refusal of a SOCKS proxy have its own words, and who looks the server's name up? (RFC 1928, RFC 1929)"""

from __future__ import annotations

import pytest

from framescope.engine.errors import ProxyError
from helpers.loops import in_loop
from helpers.proxy_attempts import MARKER, failing
from helpers.proxy_servers import socks4_proxy, socks5_proxy
from helpers.raw_peers import Peer, raw_server


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "General SOCKS server failure"),
        (2, "Connection not allowed by ruleset"),
        (3, "Network unreachable"),
        (4, "Host unreachable"),
        (5, "Connection refused by destination host"),
        (6, "TTL expired"),
        (7, "Command not supported or protocol error"),
        (8, "Address type not supported"),
        (9, "Invalid reply code: 0X9"),
    ],
)
@in_loop
async def test_refusal_by_socks5(code: int, words: str) -> None:
    async with socks5_proxy(credentials=("user", MARKER), reply=code) as proxy:
        error, text, advice = await failing(ProxyError, f"socks5h://user:{MARKER}@127.0.0.1:{proxy.port}")
    assert str(error) == f"failed to connect to SOCKS proxy: {words}"
    assert text == f"The SOCKS proxy did not connect to server.example:8080: {words}."
    assert advice


@pytest.mark.parametrize(
    ("code", "words"), [(91, "rejected or failed"), (92, "identd on the client"), (93, "user-ids")]
)
@in_loop
async def test_refusal_by_socks4(code: int, words: str) -> None:
    async with socks4_proxy(reply=code) as proxy:
        error, _, _ = await failing(ProxyError, f"socks4a://user:{MARKER}@127.0.0.1:{proxy.port}")
    assert words in str(error)


@pytest.mark.parametrize(
    ("user", "words"),
    [("user:wrong", "Username and password authentication failure"), ("", "No acceptable authentication methods")],
)
@in_loop
async def test_socks5_proxy_that_does_not_know_us(user: str, words: str) -> None:
    async with socks5_proxy(credentials=("user", MARKER)) as proxy:
        way = f"socks5h://{user}{user and '@'}127.0.0.1:{proxy.port}"
        error, _, advice = await failing(ProxyError, way)
    assert words in str(error)
    assert "user name and password" in advice


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "Connection closed unexpectedly"),
        (b"\x05", "Connection closed unexpectedly"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "Unexpected SOCKS version number: 72"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "Unexpected SOCKS version number: 21"),
        (b"\x05\x01", "Unexpected SOCKS authentication method"),
    ],
)
@in_loop
async def test_no_socks5(answer: bytes, words: str) -> None:
    async def conduct(peer: Peer) -> None:
        await peer.reader.read(100)
        peer.writer.write(answer)

    async with raw_server(conduct) as port:
        error, _, advice = await failing(ProxyError, f"socks5h://127.0.0.1:{port}")
    assert words in str(error)
    assert advice


@in_loop
async def test_socks4_knows_no_ipv6() -> None:
    async with socks4_proxy() as proxy:
        error, _, _ = await failing(ProxyError, f"socks4://127.0.0.1:{proxy.port}", url="ws://[::1]:8080/")
    assert "SOCKS4 has no IPv6 addresses" in str(error)
    assert proxy.targets == []


@in_loop
async def test_name_is_looked_up_by_whom_the_scheme_says() -> None:
    async with socks4_proxy(reply=91) as four, socks5_proxy(reply=1) as five:
        for scheme, port in (("socks4", four.port), ("socks4a", four.port), ("socks5h", five.port)):
            await failing(ProxyError, f"{scheme}://127.0.0.1:{port}", url="ws://localhost:8080/")
    assert four.targets == [("127.0.0.1", 8080), ("localhost", 8080)]
    assert five.targets == [("localhost", 8080)]


@in_loop
async def test_reset_stays_what_it_is() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.reader.read(100)
        peer.reset()

    async with raw_server(conduct) as port:
        _, words, _ = await failing(ConnectionResetError, f"socks5h://127.0.0.1:{port}")
    assert words == f"Reset: the proxy 127.0.0.1:{port} dropped the connection."
