"""Are the keywords those of asyncio's servers, and what becomes of a Unix socket's file?"""

from __future__ import annotations

import asyncio
import errno
import inspect
import logging
import os
import socket
import ssl
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from framescope.net.site import Site, bind_unix, forget_file
from helpers.loops import in_loop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Unix sockets in Python")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A short name: a Unix socket's may have 107 bytes."""
    monkeypatch.chdir(tmp_path)
    return "socket"


@pytest.mark.parametrize("asked", ["create_server", "create_unix_server"])
def test_keywords_are_asyncio_s(asked: str) -> None:
    ours = {field.name: field.default for field in fields(Site)}
    method = getattr(asyncio.unix_events._UnixSelectorEventLoop, asked)
    theirs = {
        name: parameter.default
        for name, parameter in inspect.signature(method).parameters.items()
        if name not in ("self", "protocol_factory")
    }
    assert {name: ours[name] for name in theirs} == {
        **theirs,
        **({"host": None, "port": None} if "host" in theirs else {}),
    }


def test_unknown_keyword_is_named() -> None:
    with pytest.raises(TypeError, match=r"serve\(\) got an unexpected keyword argument 'colour'"):
        Site.of({"colour": "red"}, asked="serve")


def test_what_does_not_go_together() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for faulty, message in (
            ({}, "Neither host/port nor sock were specified"),
            ({"host": "a", "sock": tcp}, "host/port and sock can not be specified at the same time"),
            ({"sock": datagrams}, "A Stream Socket was expected"),
            ({"unix": True}, "path was not specified, and no sock specified"),
            ({"unix": True, "sock": tcp}, "A UNIX Domain Stream Socket was expected"),
            ({"unix": True, "sock": tcp, "path": "x"}, "path and sock can not be specified at the same time"),
            ({"port": 0, "ssl_handshake_timeout": 1}, "ssl_handshake_timeout is only meaningful with ssl"),
            ({"port": 0, "ssl_shutdown_timeout": 1}, "ssl_shutdown_timeout is only meaningful with ssl"),
            ({"port": 0, "ssl": context, "ssl_shutdown_timeout": 0}, "should be a positive number"),
        ):
            with pytest.raises(ValueError, match=message):
                Site.of(faulty, asked="serve")  # type: ignore[arg-type]
        for faulty in ({"port": 0, "ssl": True}, {"port": 0, "path": "x"}, {"port": 0, "unix": True, "path": "x"}):
            with pytest.raises(TypeError):
                Site.of(faulty, asked="serve")  # type: ignore[arg-type]
        assert Site(sock=tcp).sock is tcp
    assert Site(port=0, ssl=context, ssl_handshake_timeout=1).ssl is context


def bound(site: Site) -> tuple[socket.socket, ...]:
    async def open_door() -> tuple[socket.socket, ...]:
        return (await site.open_door(lambda _: None)).sockets

    return asyncio.run(open_door())


def test_options_of_the_socket() -> None:
    (sock,) = bound(Site(host="127.0.0.1", keep_alive=True, reuse_port=True, reuse_address=False))
    with sock:
        options = (socket.SO_KEEPALIVE, socket.SO_REUSEPORT, socket.SO_REUSEADDR)
        assert [bool(sock.getsockopt(socket.SOL_SOCKET, option)) for option in options] == [True, True, False]
    (sock,) = bound(Site(host="127.0.0.1"))
    with sock:
        assert [bool(sock.getsockopt(socket.SOL_SOCKET, option)) for option in options] == [False, False, True]


@in_loop
async def test_given_socket_is_taken() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        door = await Site(sock=sock).open_door(lambda _: None)
        assert door.sockets == (sock,)


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
@in_loop
async def test_file_comes_and_goes(kind: type, path: str) -> None:
    door = await Site(unix=True, path=kind(path)).open_door(lambda _: None)
    assert Path(path).is_socket()
    door.open()
    door.close()
    assert not Path(path).exists()
    door.close()


@in_loop
async def test_file_may_stay(path: str) -> None:
    door = await Site(unix=True, path=path, cleanup_socket=False).open_door(lambda _: None)
    door.close()
    assert Path(path).is_socket()


@in_loop
async def test_file_of_another_server_stays(path: str) -> None:
    first = await Site(unix=True, path=path).open_door(lambda _: None)
    second = await Site(unix=True, path=path).open_door(lambda _: None)
    first.close()
    assert Path(path).is_socket()
    second.close()
    assert not Path(path).exists()
    first.close()


def test_stale_socket_is_replaced(path: str) -> None:
    bind_unix(path).close()
    assert Path(path).is_socket()
    with bind_unix(path) as sock:
        assert sock.getsockname() == path


def test_file_that_is_no_socket_is_kept(path: str) -> None:
    Path(path).write_text("mine")
    with pytest.raises(OSError, match="Address 'socket' is already in use") as raised:
        bind_unix(path)
    assert raised.value.errno == errno.EADDRINUSE
    assert Path(path).read_text() == "mine"


def test_folder_that_does_not_exist(path: str) -> None:
    with pytest.raises(FileNotFoundError):
        bind_unix(f"missing/{path}")
    with pytest.raises(OSError, match="too long"):
        bind_unix("x" * 200)


def test_stale_socket_that_cannot_be_removed_is_told(
    path: str, monkeypatch: pytest.MonkeyPatch, logged_errors: list[logging.LogRecord]
) -> None:
    bind_unix(path).close()

    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match="already in use"):
        bind_unix(path)
    assert "Unable to check or remove stale UNIX socket 'socket'" in logged_errors[0].getMessage()
    logged_errors.clear()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has abstract names")
def test_abstract_name_has_no_file() -> None:
    with bind_unix(f"\0framescope-{os.getpid()}") as sock:
        forget_file(sock)()
