"""What does an idle connection cost? A server of ours that says its resident memory when asked.

`python -m helpers.idle_server COMPRESSION`: prints its port. Each line of standard input is a number: when it has so
many connections, it prints its resident memory in B. Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import gc
import sys

import psutil

from framescope.net.connection import ServerConnection
from framescope.net.server import serve


async def main(compression: str | None) -> None:
    async def handle(connection: ServerConnection) -> None:
        await connection.wait_closed()

    loop = asyncio.get_running_loop()
    async with serve(handle, "127.0.0.1", 0, compression=compression) as server:
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            while len(server.connections) != int(line):
                await asyncio.sleep(0.01)
            gc.collect()
            print(psutil.Process().memory_info().rss, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(None if sys.argv[1] == "plain" else sys.argv[1]))
