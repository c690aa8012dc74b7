"""Do the factories take what those of `websockets` take, and do both ends agree on what they say?"""

from __future__ import annotations

from typing import Any

import pytest
from websockets.extensions import permessage_deflate as theirs

from framescope.engine.deflate import DeflateOffer
from framescope.net import extension_factories as ours
from framescope.net.extension_factories import chosen_deflate
from helpers.joined import each_side, joined
from helpers.loops import in_loop

CLIENT, SERVER = "ClientPerMessageDeflateFactory", "ServerPerMessageDeflateFactory"
DEFAULT = DeflateOffer()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (CLIENT, {}),
        (CLIENT, {"server_no_context_takeover": True, "client_max_window_bits": None}),
        (CLIENT, {"server_max_window_bits": 10, "client_max_window_bits": 11, "compress_settings": {"memLevel": 4}}),
        (SERVER, {}),
        (SERVER, {"client_max_window_bits": 12, "client_no_context_takeover": True}),
    ],
)
def test_attributes(name: str, options: dict[str, Any]) -> None:
    mine, other = getattr(ours, name)(**options), getattr(theirs, name)(**options)
    assert mine.name == other.name
    for attribute, value in vars(other).items():
        assert getattr(mine, attribute) == value


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (CLIENT, {"server_max_window_bits": 16}),
        (CLIENT, {"client_max_window_bits": 8}),
        (CLIENT, {"compress_settings": {"wbits": 9}}),
        (SERVER, {"server_max_window_bits": 8}),
        (SERVER, {"compress_settings": {"wbits": 9}}),
        (SERVER, {"require_client_max_window_bits": True}),
    ],
)
def test_what_cannot_be(name: str, options: dict[str, Any]) -> None:
    for module in (ours, theirs):
        with pytest.raises(ValueError, match=r"window_bits|wbits"):
            getattr(module, name)(**options)


def test_settings_that_are_not_supported_are_named() -> None:
    with pytest.raises(ValueError, match="takes level and memLevel, not strategy"):
        ours.ClientPerMessageDeflateFactory(compress_settings={"strategy": 0})


def test_which_extension_is_chosen() -> None:
    factory = ours.ClientPerMessageDeflateFactory(compress_settings={"level": 1, "memLevel": 3})
    assert chosen_deflate([factory], None, DEFAULT) == DeflateOffer(level=1, memory_level=3)
    assert chosen_deflate([DeflateOffer(level=2)], "deflate", DEFAULT) == DeflateOffer(level=2)
    assert chosen_deflate(None, "deflate", DEFAULT) is DEFAULT
    assert chosen_deflate([], None, DEFAULT) is None
    with pytest.raises(ValueError, match="unsupported compression: gzip"):
        chosen_deflate(None, "gzip", DEFAULT)
    with pytest.raises(TypeError, match="only permessage-deflate is supported"):
        chosen_deflate([object()], None, DEFAULT)  # type: ignore[list-item]


@each_side
@in_loop
async def test_both_ends_agree(side: str) -> None:
    mine, other = (CLIENT, SERVER) if side == "client" else (SERVER, CLIENT)
    extension = getattr(ours, mine)(server_max_window_bits=10, server_no_context_takeover=True)
    options = {"extensions": [getattr(theirs, other)(client_max_window_bits=11)], "compression": None}
    async with joined(side, theirs=options, extensions=[extension], compression=None) as (connection, peer):
        agreed = connection.response.headers["Sec-WebSocket-Extensions"]
        assert "server_max_window_bits=10" in agreed
        assert "server_no_context_takeover" in agreed
        for _ in range(2):
            await connection.send("a" * 1000)
            assert await peer.recv() == "a" * 1000
            await peer.send("b" * 1000)
            assert await connection.recv() == "b" * 1000


@in_loop
async def test_a_server_that_insists_on_a_limit_goes_without_compression_otherwise() -> None:
    insisting = ours.ServerPerMessageDeflateFactory(client_max_window_bits=12, require_client_max_window_bits=True)
    for bits, agreed in ((True, True), (None, False)):
        options = {"extensions": [theirs.ClientPerMessageDeflateFactory(client_max_window_bits=bits)]}
        async with joined("server", theirs=options, extensions=[insisting]) as (connection, peer):
            assert ("Sec-WebSocket-Extensions" in connection.response.headers) is agreed
            await peer.send("x" * 100)
            assert await connection.recv() == "x" * 100
