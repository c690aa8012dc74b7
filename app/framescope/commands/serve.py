"""What does our own server answer? Every message back (`--echo`), or the demo feed (`--demo`)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

from framescope.commands.lines_out import to_stdout
from framescope.engine.close import ConnectionClosed
from framescope.engine.settings import Limits
from framescope.net.connect_errors import listen_words
from framescope.net.connection import ServerConnection
from framescope.net.server import serve as listen
from framescope.session.demo import MAX_CONNECTIONS, DemoFeed


async def serve(chosen: argparse.Namespace) -> int:
    """Serve until Ctrl+C, or for `--seconds`; 1 when the port cannot be had."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
        loop.add_signal_handler(number, stop.set)
    try:
        if chosen.demo:
            await _demo(chosen, stop)
        else:
            await _echo(chosen, stop)
    except OSError as error:
        print(f"framescope: {listen_words(error, host=chosen.host, port=chosen.port)}", file=sys.stderr)
        return 1
    return 0


async def _demo(chosen: argparse.Namespace, stop: asyncio.Event) -> None:
    feed = DemoFeed()
    to_stdout(f"The demo feed is at {await feed.start(chosen.port, host=chosen.host)}")
    await _wait(stop, chosen.seconds)
    await feed.stop()


async def _echo(chosen: argparse.Namespace, stop: asyncio.Event) -> None:
    async with listen(
        _send_back, chosen.host, chosen.port, max_size=Limits().max_message, max_connections=MAX_CONNECTIONS
    ) as server:
        for socket in server.sockets:
            host, port = socket.getsockname()[:2]
            to_stdout(f"Echo at ws://{f'[{host}]' if ':' in host else host}:{port}/")
        await _wait(stop, chosen.seconds)


async def _wait(stop: asyncio.Event, seconds: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _send_back(connection: ServerConnection) -> None:
    with contextlib.suppress(ConnectionClosed):  # however a client leaves is no fault of ours
        async for message in connection:
            await connection.send(message)
