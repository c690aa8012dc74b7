"""Do real connections through the relay meet the delays, losses and cuts of the modelled network?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from framescope.engine.path import Conditions, Cut, CutOff, PathEvent, Swallowed
from framescope.net.impairment import Relay

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Test = Callable[[Relay, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Through:
    """A relay before an echo server, a client's streams through it, and what the network did."""

    def __init__(self, conditions: Conditions) -> None:
        self.events: list[PathEvent] = []
        self.conditions = conditions
        self.server_end: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Relay, asyncio.StreamReader, asyncio.StreamWriter]]:
        server = await asyncio.start_server(self._echo, "127.0.0.1", 0)
        relay = Relay("127.0.0.1", server.sockets[0].getsockname()[1], self.conditions, on_event=self.events.append)
        reader, writer = await asyncio.open_connection("127.0.0.1", await relay.start())
        try:
            yield relay, reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            await relay.stop()
            server.close()
            await asyncio.wait_for(self.server_end, 10)
            await server.wait_closed()

    async def _echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end: BaseException | None = None
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError as error:
            end = error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self.server_end.set_result(end)


def run(
    conditions: Conditions,
    test: Callable[[Through, Relay, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> Through:
    async def main() -> Through:
        through = Through(conditions)
        async with through.open() as (relay, reader, writer):
            await asyncio.wait_for(test(through, relay, reader, writer), 20)
        return through

    return asyncio.run(main())


def test_bytes_come_back_whole_and_no_sooner_than_the_latency() -> None:
    payload = bytes(range(256)) * 2000

    async def test(_: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = asyncio.get_running_loop().time()
        writer.write(payload)
        assert await reader.readexactly(len(payload)) == payload
        assert asyncio.get_running_loop().time() - start >= 0.1

    run(Conditions(latency=0.05), test)


def test_a_black_hole_swallows_until_it_closes() -> None:
    async def test(through: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        while not through.events:
            await asyncio.sleep(0)
        assert through.events == [Swallowed(True, 0, 5, False)]
        relay.conditions.is_black_hole = False
        relay.changed()
        assert await reader.readexactly(5) == b"hello"

    run(Conditions(is_black_hole=True), test)


def test_a_half_close_passes_and_the_answer_comes_back() -> None:
    async def test(_: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"last")
        writer.write_eof()
        assert await reader.read() == b"last"

    assert run(Conditions(latency=0.01), test).server_end.result() is None


def test_a_reset_is_seen_at_both_ends() -> None:
    async def test(_: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x")
        await reader.readexactly(1)
        relay.reset()
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)

    assert isinstance(run(Conditions(), test).server_end.result(), ConnectionResetError)


def test_an_idle_connection_is_cut_in_order() -> None:
    async def test(through: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""
        assert CutOff(True, Cut.FIN) in through.events

    assert run(Conditions(idle_timeout=0.2), test).server_end.result() is None


def test_a_killed_client_resets_the_server() -> None:
    async def test(_: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x")
        await reader.readexactly(1)
        relay.wires[0].legs[False].connection_lost(ConnectionResetError())
        relay.wires[0].legs[False].drop()
        assert await reader.read() == b""

    assert isinstance(run(Conditions(), test).server_end.result(), ConnectionResetError)


def test_more_than_the_path_holds_waits_in_the_senders_kernel() -> None:
    payload = bytes(4 * 1024 * 1024)

    async def test(_: Through, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(payload)
        assert len(await reader.readexactly(len(payload))) == len(payload)

    run(Conditions(latency=0.002), test)


def test_nobody_behind_the_relay_is_a_reset() -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        relay = Relay("127.0.0.1", port, Conditions())
        reader, writer = await asyncio.open_connection("127.0.0.1", await relay.start())
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        await relay.stop()

    asyncio.run(main())
