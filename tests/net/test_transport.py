"""Does `connection.transport` answer what programs ask of an asyncio transport?"""

from __future__ import annotations

import ssl

import pytest

from framescope.engine.close import ConnectionClosedError
from helpers.joined import each_side, joined
from helpers.loops import in_loop

PLAIN = ["sockname", "peername", "socket", "ssl_object", "sslcontext", "peercert", "cipher", "compression", "nonsense"]


@each_side
@in_loop
async def test_a_plain_stream(side: str) -> None:
    async with joined(side) as (ours, theirs):
        assert ours.transport.get_extra_info("peername")[1] == theirs.transport.get_extra_info("sockname")[1]
        assert ours.transport.get_extra_info("socket").fileno() > 0
        for name in PLAIN[3:]:
            assert ours.transport.get_extra_info(name, "none") == "none"
        assert ours.transport.get_write_buffer_size() == 0
        assert not ours.transport.is_closing()
        await ours.close()
        assert ours.transport.is_closing()
        assert ours.transport.get_extra_info("socket") is None
        assert ours.transport.get_extra_info("peername") == ours.remote_address


@in_loop
async def test_a_stream_under_tls() -> None:
    async with joined("client", is_secure=True) as (ours, _):
        answers = {name: ours.transport.get_extra_info(name) for name in PLAIN[3:]}
        assert isinstance(answers["ssl_object"], ssl.SSLObject)
        assert isinstance(answers["sslcontext"], ssl.SSLContext)
        assert answers["peercert"]["subject"]
        assert answers["cipher"] == answers["ssl_object"].cipher()
        assert answers["compression"] is None
        assert answers["nonsense"] is None


@pytest.mark.parametrize(("act", "cause"), [("abort", "ConnectionResetError"), ("close", "NoneType")])
@in_loop
async def test_dropping_the_connection(act: str, cause: str) -> None:
    async with joined("client") as (ours, theirs):
        getattr(ours.transport, act)()
        with pytest.raises(ConnectionClosedError, match="no close frame received or sent"):
            await ours.recv()
        await theirs.wait_closed()
        assert theirs.close_code == 1006
        assert type(theirs.connection_exc).__name__ == cause
        ours.transport.close()
