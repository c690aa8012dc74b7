"""Is a proxy's address read as in websockets, is the right one found, and its answer judged however it is cut?"""

from __future__ import annotations

import logging
import sys
import traceback
import urllib.request

import pytest
from websockets import proxy as theirs
from websockets.uri import parse_uri

from framescope.engine.errors import InvalidProxy, InvalidProxyMessage, InvalidProxyStatus
from framescope.engine.settings import Limits
from framescope.engine.url import parse_url
from framescope.net import proxies
from framescope.net.proxies import (
    ConnectAnswer,
    Proxy,
    choose_proxy,
    connect_request,
    is_loopback,
    parse_proxy,
    proxy_of_environment,
    without_credentials,
)
from helpers.proxy_attempts import MARKER


@pytest.mark.parametrize(
    "text",
    [
        "http://proxy.example",
        "https://proxy.example/",
        "HTTP://Proxy.Example:3128",
        "http://user:pass%3Aword@proxy.example:8080",
        "http://us%20er:@proxy.example",
        "http://[::1]:3128",
        "http://bücher.example:1",
        "socks5://127.0.0.1:9050",
        "socks4a://user:x@localhost:9050",
    ],
)
def test_address_reads_as_in_websockets(text: str) -> None:
    ours, other = parse_proxy(text), theirs.parse_proxy(text)
    assert (ours.scheme, ours.host, ours.port) == (other.scheme, other.host, other.port)
    assert (ours.username, ours.password) == (other.username, other.password)


def test_default_ports() -> None:
    ports = {scheme: parse_proxy(f"{scheme}://h").port for scheme in ("http", "https", "socks4", "socks5h")}
    assert ports == {"http": 80, "https": 443, "socks4": 1080, "socks5h": 1080}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ftp://h", "scheme ftp isn't supported"),
        ("socks://h", "scheme socks isn't supported"),
        ("h:3128", "scheme is missing"),
        ("", "scheme is missing"),
        ("http://", "hostname isn't provided"),
        ("http://:3128", "hostname isn't provided"),
        ("http://h/path", "path is meaningless"),
        ("http://h?query", "query is meaningless"),
        ("http://h#fragment", "fragment is meaningless"),
        ("http://h:0", "port 0 cannot be connected to"),
        ("http://h:99999", "it is not well-formed"),
        ("http://[::1", "it is not well-formed"),
        ("http://user@h", "username provided without password"),
        ("http://a%3Ab:c@h", "username has a colon"),
        ("http://a:%FF@h", "it has characters that cannot be"),
        ("http://" + "a" * 70, "it has characters that cannot be"),
        ("socks5://a:%C3%A9@h", "a SOCKS proxy takes at most 255 ASCII characters as username and password"),
        ("socks5://a:" + "b" * 256 + "@h", "a SOCKS proxy takes at most 255 ASCII characters as username and password"),
        ("socks4://a%00b:c@h", "a SOCKS proxy takes at most 255 ASCII characters as username and password"),
        # RELIABILITY V11
        ("http://h\r\nX: y", "it has a space or a control character"),
        ("http://h\0", "it has a space or a control character"),
        ("http://h:80\n", "it has a space or a control character"),
        ("http://h h", "it has a space or a control character"),
    ],
)
def test_address_that_is_none(text: str, message: str) -> None:
    with pytest.raises(InvalidProxy) as raised:
        parse_proxy(text)
    assert raised.value.msg == message


def test_longest_socks_credentials() -> None:
    proxy = parse_proxy(f"socks5://{'a' * 255}:{'b' * 254}@h")
    assert (len(proxy.username or ""), len(proxy.password or "")) == (255, 254)


def test_marker_in_a_broken_address_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for text in (
        f"ftp://user:{MARKER}@h",
        f"http://user:{MARKER}@h:x",
        f"http://user:{MARKER}/x@h",
        f"user:{MARKER}@h",
    ):
        with pytest.raises(InvalidProxy) as raised:
            parse_proxy(text)
        assert MARKER not in "".join(traceback.format_exception(raised.value)) + repr(raised.value.args)
    assert MARKER not in repr(parse_proxy(f"http://user:{MARKER}@h")) + str(parse_proxy(f"http://user:{MARKER}@h"))
    assert MARKER not in caplog.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h:1", "http://h:1"),
        ("http://a:b@h", "http://***@h"),
        ("http://a:b@c@h", "http://***@h"),
        ("a:b@h", "***@h"),
        ("http://a:b\n@h", "http://***@h"),
    ],
)
def test_credentials_are_hidden(text: str, shown: str) -> None:
    assert without_credentials(text) == shown


def test_what_a_proxy_is_called() -> None:
    assert str(Proxy("http", "::1", 3128, "a", "b")) == "http://[::1]:3128"
    assert [
        parse_proxy(f"{kind}://h").resolves_names for kind in ("http", "socks4", "socks4a", "socks5", "socks5h")
    ] == [*(True, False, True, False, True)]


ENVIRONMENTS: list[dict[str, str]] = [
    {},
    {"http_proxy": "http://h:1"},
    {"https_proxy": "http://h:2"},
    {"http_proxy": "http://h:1", "https_proxy": "http://h:2"},
    {"http_proxy": "http://h:1", "socks_proxy": "http://h:3"},
    {"socks_proxy": "socks5://h:3"},
    {"socks_proxy": "http://h:3", "ws_proxy": "http://h:4", "wss_proxy": "http://h:5"},
    {"HTTPS_PROXY": "http://h:2"},
    {"http_proxy": "http://h:1", "no_proxy": "a.example"},
    {"https_proxy": "http://h:1", "no_proxy": ".example,127.0.0.1"},
    {"http_proxy": "http://h:1", "no_proxy": "*"},
    {"http_proxy": "http://h:1", "no_proxy": "a.example:81"},
    {"http_proxy": ""},
    {"all_proxy": "http://h:9"},
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
@pytest.mark.parametrize(
    "url", ["ws://a.example/", "wss://a.example/", "ws://a.example:81/", "ws://localhost/", "ws://[::1]/"]
)
def test_environment_says_what_websockets_finds_in_it(
    environment: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of_environment(parse_url(url)) == theirs.get_proxy(parse_uri(url))


def test_settings_of_a_system_count_without_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies.sys, "platform", "darwin")
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"socks": "http://h:3"})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: host == "b.example:80")
    assert proxy_of_environment(parse_url("ws://a.example/")) == "socks5h://h:3"
    assert proxy_of_environment(parse_url("ws://b.example/")) is None
    assert sys.platform == "darwin"


def test_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://h:1")
    far, near = parse_url("ws://a.example/"), parse_url("ws://localhost/")
    from_environment = Proxy("http", "h", 1)
    assert choose_proxy(None, far) is None
    assert choose_proxy("socks5://h:2", far) == Proxy("socks5", "h", 2)
    assert choose_proxy(True, far) == choose_proxy(True, near) == from_environment
    assert choose_proxy(True, far, is_local_direct=True) == from_environment
    assert choose_proxy(True, near, is_local_direct=True) is None
    assert choose_proxy("http://h:3", near, is_local_direct=True) == Proxy("http", "h", 3)
    monkeypatch.setenv("http_proxy", f"ftp://user:{MARKER}@h")
    with pytest.raises(InvalidProxy) as raised:
        choose_proxy(True, far)
    assert MARKER not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1")),
        *((host, True) for host in ("::ffff:127.0.0.1", "::1%lo")),
        *((host, False) for host in ("localhost.example", "notlocalhost", "192.0.2.1", "::2", "::ffff:192.0.2.1")),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_request() -> None:
    plain = connect_request(Proxy("http", "h", 1), "a.example", 80, None)
    assert plain == b"CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n"
    full = connect_request(Proxy("http", "h", 1, "Aladdin", "open sesame"), "fe80::1%lo", 443, "Agent/1")
    assert full == (
        b"CONNECT [fe80::1]:443 HTTP/1.1\r\nHost: [fe80::1]:443\r\nUser-Agent: Agent/1\r\n"
        b"Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"  # RFC 7617 2
    )


def read(*pieces: bytes, limits: Limits | None = None) -> bytes | None:
    answer = ConnectAnswer(limits)
    found = None
    for piece in pieces:
        assert found is None
        found = answer.feed(piece)
    return found


@pytest.mark.parametrize("status", [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 299 Fine"])
def test_yes_however_it_is_cut(status: bytes) -> None:
    head = status + b"\r\nContent-Length: 5\r\nX: y\r\n\r\n"
    assert read(head) == b""
    assert read(head + b"tunnel") == b"tunnel"
    assert read(*(head[i : i + 1] for i in range(len(head)))) == b""


@pytest.mark.parametrize(
    ("head", "code"),
    [(b"HTTP/1.1 199 Odd\r\n\r\n", 199), (b"HTTP/1.1 300 Odd\r\n\r\n", 300), (b"HTTP/1.0 502 \r\n\r\n", 502)],
)
def test_no_however_it_is_cut(head: bytes, code: int) -> None:
    for pieces in ([head], [head[i : i + 1] for i in range(len(head))]):
        with pytest.raises(InvalidProxyStatus) as raised:
            read(*pieces)
        assert raised.value.response.status_code == code


@pytest.mark.parametrize(
    "head", [b"HTTP/2.0 200 OK\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 200 OK\n\n", b"X", b"\x16"]
)
def test_nonsense(head: bytes) -> None:
    for pieces in ([head], [head[i : i + 1] for i in range(len(head))]):
        with pytest.raises(InvalidProxyMessage, match="did not receive a valid HTTP response from proxy") as raised:
            read(*pieces)
        assert raised.value.__cause__ is not None


def test_limits_hold_to_the_byte() -> None:
    """RELIABILITY V5: 8 KiB a line, 128 headers, 64 KiB in all."""
    status = b"HTTP/1.1 200 OK\r\n"
    line = b"X: " + b"y" * (8 * 1024 - 3) + b"\r\n"
    assert read(status + line + b"\r\n") == b""
    assert read(status + b"X: y\r\n" * 128 + b"\r\n") == b""
    room = 64 * 1024 - len(status) - len(b"\r\n")
    whole = line * (room // len(line))
    rest = b"Z: " + b"z" * (room - len(whole) - 5) + b"\r\n"
    assert read(status + whole + rest + b"\r\n") == b""
    for head in (
        status + line.replace(b"\r\n", b"y\r\n") + b"\r\n",
        status + b"X: y\r\n" * 129 + b"\r\n",
        status + whole + rest.replace(b"Z: ", b"Z: z") + b"\r\n",
    ):
        with pytest.raises(InvalidProxyMessage):
            read(head)


def test_end_before_the_answer() -> None:
    assert isinstance(ConnectAnswer().end().__cause__, EOFError)
    reset = ConnectionResetError("reset")
    assert ConnectAnswer().end(reset).__cause__ is reset
