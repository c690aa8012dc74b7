"""Who owns a running task? A `Tasks` group starts, names, reports and cancels every one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

logger = logging.getLogger("framescope.tasks")
T = TypeVar("T")


class Tasks:
    """The tasks of one owner. Nothing else in the program calls `create_task`."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start `work` now; a failure that nobody awaits is logged, never lost."""
        task = asyncio.get_running_loop().create_task(work, name=f"{self.owner}: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s failed", task.get_name(), exc_info=error)

    async def cancel(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        current = asyncio.current_task()
        while remaining := {task for task in self._running if task is not current}:
            for task in remaining:
                task.cancel()
            await asyncio.wait(remaining)

    def __len__(self) -> int:
        return len(self._running)
