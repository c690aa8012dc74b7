"""Does a group of tasks name, report and cancel what it started?"""

from __future__ import annotations

import asyncio
import logging

from framescope.tasks import Tasks
from helpers.loops import in_loop


async def value() -> int:
    return 7


async def fail() -> None:
    raise ValueError("broken")


@in_loop
async def test_a_task_is_named_and_gives_its_result() -> None:
    tasks = Tasks("desk")
    task = tasks.start(value(), "count")
    assert (task.get_name(), len(tasks)) == ("desk: count", 1)
    assert await task == 7
    await asyncio.sleep(0)
    assert len(tasks) == 0


@in_loop
async def test_a_failure_is_logged_once(logged_errors: list[logging.LogRecord]) -> None:
    tasks = Tasks("desk")
    task = tasks.start(fail(), "work")
    await asyncio.wait([task])
    assert [record.getMessage() for record in logged_errors] == ["desk: work failed"]
    assert logged_errors[0].exc_info is not None
    logged_errors.clear()


@in_loop
async def test_cancel_waits_for_slow_ends_and_for_what_they_start() -> None:
    tasks = Tasks("desk")
    order: list[str] = []

    async def late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            order.append("late")

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tasks.start(late(), "late")
            await asyncio.sleep(0)
            order.append("slow")

    tasks.start(slow(), "slow")
    await asyncio.sleep(0)
    await tasks.cancel()
    assert sorted(order) == ["late", "slow"] and len(tasks) == 0


@in_loop
async def test_a_task_may_cancel_its_own_group() -> None:
    tasks = Tasks("desk")
    waiting = tasks.start(asyncio.Event().wait(), "wait")
    await tasks.start(tasks.cancel(), "end")
    assert waiting.cancelled()
