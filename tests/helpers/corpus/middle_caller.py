"""What do the clients of the corpus do that are written in Python? One connection, then what its first word says.

Run as a child: `python -m helpers.corpus.middle_caller LIBRARY ACT URL OPTIONS`. LIBRARY: websockets or aiohttp. ACT:
close, raise, talk/0.4/0.6 (says something after each pause, then reads); OPTIONS go to the library.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any

Send = Callable[[str], Coroutine[Any, Any, None]]


async def act(order: str, send: Send) -> None:
    what, *values = order.split("/")
    if what == "raise":
        raise RuntimeError("the program of the client fails")
    for pause in values:
        await asyncio.sleep(float(pause))
        await send("hello")


async def websockets_client(order: str, url: str, options: dict[str, Any]) -> None:
    from websockets.asyncio.client import connect

    chosen = {"ping_interval": None, "compression": None, **options}
    async with connect(url, **chosen) as connection:
        await act(order, connection.send)
        if order != "close":
            await connection.wait_closed()


async def aiohttp_client(order: str, url: str, options: dict[str, Any]) -> None:
    from aiohttp import ClientSession

    async with ClientSession() as session, session.ws_connect(url, **options) as connection:
        await act(order, connection.send_str)
        if order != "close":
            async for _ in connection:
                pass


LIBRARIES = {"websockets": websockets_client, "aiohttp": aiohttp_client}

if __name__ == "__main__":
    library, order, url, options = sys.argv[1:]
    asyncio.run(LIBRARIES[library](order, url, json.loads(options)))
