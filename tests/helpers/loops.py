"""How does a test run on asyncio, within bounds, and leave nothing on the loop?"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

LONGEST = 60.0  # seconds a test may take, on a machine that has other work


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a fresh loop; fail it when it hangs or leaves a timer, a watched socket or a task."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(LONGEST):
                await test(*args, **kwargs)
            await nothing_on_the_loop()

        asyncio.run(bounded())

    return run


async def nothing_on_the_loop() -> None:
    """Wait a moment for callbacks that are under way, then fail unless the loop is idle."""
    left = ""
    for _ in range(100):
        left = leftovers()
        if not left:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"left on the loop: {left}")


def leftovers() -> str:
    """Name the timers, watched sockets and tasks of the running loop, but for the caller's own."""
    loop: Any = asyncio.get_running_loop()
    timers = [handle for handle in loop._scheduled if not handle.cancelled()]
    own_pipe = loop._ssock.fileno()
    watched = [key.fd for key in loop._selector.get_map().values() if key.fd != own_pipe]
    current = asyncio.current_task()
    tasks = [task.get_name() for task in asyncio.all_tasks() if task is not current]
    return ", ".join(map(str, [*timers, *(f"fd {fd}" for fd in watched), *tasks]))


async def settled(value: Callable[[], object], *, turns: int = 50) -> None:
    """Wait until `value` stays as it is for so many turns of the loop: a stalled machine stalls them, too."""
    before, same = value(), 0
    while same < turns:
        await asyncio.sleep(0.002)
        now = value()
        same = same + 1 if now == before else 0
        before = now


async def until(condition: Callable[[], object], *, within: float = 20.0) -> None:
    """Wait until `condition` holds; fail after `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.002)
