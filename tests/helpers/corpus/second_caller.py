"""What does a client of the second corpus do, written with `websockets`? Says hello, and then what its order says.

Run as a child: `python -m helpers.corpus.second_caller ORDER URL OPTIONS`. ORDER: hear; deaf (takes no message);
flood/1.5 (sends all that it can after so many seconds); close/4000/why; OPTIONS go to the library.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

PART = 30_000  #: B of a message of a flood


async def call(order: str, url: str, options: dict[str, Any]) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    act, *values = order.split("/")
    async with connect(url, **{"ping_interval": None, "compression": None, **options}) as connection:
        await connection.send("hello")
        if act == "close":
            await asyncio.sleep(0.6)
            await connection.close(int(values[0]), values[1])
        with contextlib.suppress(ConnectionClosed):
            if act == "flood":
                await asyncio.sleep(float(values[0]))
                while True:
                    await connection.send(bytes(PART))
            if act == "deaf":
                await connection.wait_closed()
            async for _ in connection:
                pass


if __name__ == "__main__":
    order, url, options = sys.argv[1:]
    asyncio.run(call(order, url, json.loads(options)))
