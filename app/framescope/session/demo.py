"""What does the demo feed say? A small price server with readable traffic and pongs that are sometimes slow."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator

from framescope.engine.close import ConnectionClosed
from framescope.engine.pongs import PongPolicy
from framescope.net.connection import ServerConnection
from framescope.net.server import Server, serve
from framescope.tasks import Tasks

PING_INTERVAL = 3.0  #: s between the server's own pings
#: Pongs leave after 40 ms, every fourth after 1.8 s: with `ping_timeout` 1 that one becomes a 1011.
PONGS = PongPolicy("delay", pattern=(0.04, 0.04, 0.04, 1.8))
MAX_CONNECTIONS = 1000  # RELIABILITY 6, for the program's own servers
CLOSE_TIMEOUT = 1.0  #: s that a client may take to answer Close when the feed stops
SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "BTCUSD", "XAUUSD")


class DemoFeed:
    """One server on 127.0.0.1; every client gets the same kind of feed."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._tasks = Tasks("demo")
        self._server: Server | None = None

    async def start(self, port: int = 0, *, host: str = "127.0.0.1") -> str:
        """Listen and return the feed's address. OSError when the port is taken."""
        self._server = await serve(
            self._serve,
            host,
            port,
            ping_interval=PING_INTERVAL,
            close_timeout=CLOSE_TIMEOUT,
            pong_policy=PONGS,
            compression=None,
            max_connections=MAX_CONNECTIONS,
        )
        bound = self._server.sockets[0].getsockname()[1]
        return f"ws://{f'[{host}]' if ':' in host else host}:{bound}/prices"

    async def stop(self) -> None:
        """Close every connection with 1001 and stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await self._tasks.cancel()

    async def _serve(self, connection: ServerConnection) -> None:
        answers = self._tasks.start(self._answer(connection), "answers")
        try:
            with contextlib.suppress(ConnectionClosed):  # the client has left: nothing is wrong
                await self._feed(connection)
        finally:
            answers.cancel()

    async def _answer(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in connection:
                size = len(message.encode() if isinstance(message, str) else message)
                kind = "text" if isinstance(message, str) else "binary"
                await connection.send(json.dumps({"type": "ack", "got": kind, "bytes": size}))

    async def _feed(self, connection: ServerConnection) -> None:
        prices = dict.fromkeys(SYMBOLS, 100.0)
        step = 0
        while True:
            for _ in range(self._random.choice((1, 1, 1, 2, 3))):
                await connection.send(self._tick(prices))
            step += 1
            if step % 40 == 12:
                await connection.send(self._random.randbytes(self._random.randrange(8_000, 60_000)))
            if step % 40 == 30:
                await connection.send(self._book())
            await asyncio.sleep(self._random.uniform(0.05, 0.35))

    def _tick(self, prices: dict[str, float]) -> str:
        symbol = self._random.choice(SYMBOLS)
        prices[symbol] *= 1 + self._random.uniform(-0.001, 0.001)
        bid = round(prices[symbol], 4)
        return json.dumps({"type": "tick", "symbol": symbol, "bid": bid, "ask": round(bid + 0.0002, 4)})

    async def _book(self) -> AsyncIterator[str]:
        """An order book in fragments, as a server sends what it computes while it sends."""
        yield '{"type": "book", "levels": ['
        for level in range(4):
            rows = [[round(100 + level + row / 100, 2), self._random.randrange(1, 500)] for row in range(60)]
            yield ("" if level == 0 else ", ") + json.dumps(rows)
            await asyncio.sleep(0.02)
        yield "]}"
