"""Are the keywords those of asyncio's create_connection, and is what cannot be refused before anything is connected?"""

from __future__ import annotations

import asyncio
import inspect
import socket
from dataclasses import fields

import pytest

from framescope.net.route import Route
from framescope.net.tcp import STAGGER


def test_keywords_are_asyncio_s() -> None:
    ours = {field.name: field.default for field in fields(Route)}
    loop = asyncio.base_events.BaseEventLoop.create_connection
    theirs = dict(inspect.signature(loop).parameters)
    for name in ("self", "protocol_factory", "ssl"):
        del theirs[name]
    assert set(theirs) <= set(ours)
    assert {name: ours[name] for name in theirs if name != "happy_eyeballs_delay"} == {
        name: parameter.default for name, parameter in theirs.items() if name != "happy_eyeballs_delay"
    }
    assert ours["happy_eyeballs_delay"] == STAGGER  # ours: both families are raced unless that is switched off


def test_unknown_keyword_is_named() -> None:
    with pytest.raises(TypeError, match=r"connect\(\) got an unexpected keyword argument 'colour'"):
        Route.of({"colour": "red"}, asked="connect")
    assert Route.of({"host": "a"}, asked="connect") == Route(host="a")


def test_what_does_not_go_together() -> None:
    with socket.socket() as sock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for given in ({"host": "a"}, {"port": 1}):
            with pytest.raises(ValueError, match="host/port and sock can not be specified at the same time"):
                Route(sock=sock, **given)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="path and sock can not be specified at the same time"):
            Route(sock=sock, unix=True, path="x")
        with pytest.raises(ValueError, match="A Stream Socket was expected"):
            Route(sock=datagrams)
        assert Route(sock=sock, unix=True).sock is sock
    with pytest.raises(ValueError, match="no path and sock were specified"):
        Route(unix=True)
    with pytest.raises(TypeError, match="unix_connect"):
        Route(path="x")


@pytest.mark.parametrize("name", ["ssl_handshake_timeout", "ssl_shutdown_timeout"])
@pytest.mark.parametrize("prefix", ["", "proxy_"])
def test_limits_are_positive(name: str, prefix: str) -> None:
    for value in (0, -1):
        with pytest.raises(ValueError, match=f"{prefix}{name} should be a positive number, got {value}"):
            Route.of({prefix + name: value}, asked="connect")
    assert getattr(Route.of({prefix + name: 0.5}, asked="connect"), prefix + name) == 0.5


@pytest.mark.parametrize(
    "keywords", [{"server_hostname": "a"}, {"ssl_handshake_timeout": 1}, {"ssl_shutdown_timeout": 1}]
)
def test_what_means_nothing_without_tls(keywords: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(keywords))} is only meaningful with ssl"):
        Route.of(keywords, asked="connect").check_plain()
    Route(host="a").check_plain()


def test_what_leads_to_one_place() -> None:
    assert not Route(family=socket.AF_INET, local_addr=("127.0.0.1", 0)).is_fixed
    assert Route(host="a").is_fixed
    assert Route(port=1).is_fixed
    assert Route(unix=True, path="x").is_fixed
    with socket.socket() as sock:
        assert Route(sock=sock).is_fixed
