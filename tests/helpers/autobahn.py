"""What does the Autobahn suite say of an endpoint? `kosoku` runs its cases in a child process; its report is read here.

Its exit code forgives NON-STRICT, so each case's `behavior` and `behaviorClose` are read. It speaks no TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

from framescope import connect

AGENT = "framescope"
COMMAND = [sys.executable, "-c", "from kosoku._cli import main; main()"]

#: RFC 6455 says nothing of what these look at (a Close behind 256 KiB; close codes that nobody defined), so the suite
#: itself gives no verdict on them. Anywhere else INFORMATIONAL is a fault.
INFORMATIONAL = frozenset({"7.1.6", "7.13.1", "7.13.2"})
FAST = tuple(f"{group}.*" for group in (1, 2, 3, 4, 5, 6, 7, 10))
MASSIVE = ("9.*",)
FAST_COUNT, MASSIVE_COUNT, ALL_COUNT = 247, 54, 517


class Verdict(NamedTuple):
    """One case of a report."""

    case: str
    behaviour: str
    closing: str
    expectation: str
    details: str

    @property
    def kind(self) -> str:
        """Name the verdict in one word, the worse half of it: ok, informational, non-strict, unclean or failed."""
        halves = {self.behaviour, self.closing}
        if halves <= {"OK"}:
            return "ok"
        if halves <= {"OK", "INFORMATIONAL"} and self.case in INFORMATIONAL:
            return "informational"
        if halves <= {"OK", "NON-STRICT"}:
            return "non-strict"
        return "unclean" if halves <= {"OK", "NON-STRICT", "UNCLEAN"} else "failed"

    def __str__(self) -> str:
        return f"{self.case}: {self.behaviour}, close {self.closing}. Expected: {self.expectation} {self.details}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """Count the verdicts, and name what is neither: "517 cases: 513 ok, 3 informational, 1 non-strict (3.2), ..."."""
    words = []
    for kind in ("ok", "informational", "non-strict", "failed", "unclean"):
        cases = [verdict.case for verdict in verdicts if verdict.kind == kind]
        is_named = cases and kind not in ("ok", "informational")
        words.append(f"{len(cases)} {kind}" + (f" ({', '.join(cases)})" if is_named else ""))
    return f"{len(verdicts)} cases: {', '.join(words)}"


def faults(verdicts: Sequence[Verdict], *, may_be_lax: Callable[[str], bool] = lambda _: False) -> list[str]:
    """List the cases that are not as they must be, with what was expected and received."""
    return [
        str(verdict)
        for verdict in verdicts
        if verdict.kind not in ("ok", "informational")
        and not (verdict.kind == "non-strict" and may_be_lax(verdict.case))
    ]


async def judge_server(url: str, folder: Path, cases: Sequence[str], *, at_once: int) -> list[Verdict]:
    """Run the cases against the server at `url`, a ws:// address."""
    options = [word for case in cases for word in ("-i", case)]
    async with _kosoku("-m", "fuzzingclient", url, "-p", str(at_once), "-o", str(folder), *options) as kosoku:
        words = await kosoku.communicate()
    return _verdicts(folder, b"".join(words))


async def judge_client(
    run: Callable[[int, str], Awaitable[None]],
    folder: Path,
    cases: Sequence[str],
    *,
    at_once: int,
    door: Callable[[int], AbstractAsyncContextManager[int]] = contextlib.nullcontext,
) -> list[Verdict]:
    """Run the cases against a client: `run(port, path)` connects it to one, and echoes until that is over.

    `door` stands before the suite's port and has one of its own, which the client is given.
    """
    options = [word for case in cases for word in ("-i", case)]
    async with _kosoku("-m", "fuzzingserver", "127.0.0.1:0", "-o", str(folder), *options) as kosoku:
        assert kosoku.stderr is not None
        told = await kosoku.stderr.readline()  # "fuzzingserver listening on ws://127.0.0.1:PORT"
        port = int(told.rpartition(b":")[2])
        async with connect(f"ws://127.0.0.1:{port}/getCaseCount") as connection:
            numbers = iter(range(1, int(await connection.recv()) + 1))

        async def work() -> None:
            for number in numbers:
                await run(front, f"/runCase?case={number}&agent={AGENT}")

        async with door(port) as front:
            await asyncio.gather(*(work() for _ in range(at_once)))
        async with connect(f"ws://127.0.0.1:{port}/updateReports?agent={AGENT}") as connection:
            await connection.wait_closed()
        words = await kosoku.communicate()
    return _verdicts(folder, b"".join(words))


@contextlib.asynccontextmanager
async def _kosoku(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(*COMMAND, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _verdicts(folder: Path, words: bytes) -> list[Verdict]:
    reports = [json.loads(file.read_bytes()) for file in folder.glob("*_case_*.json")]
    assert reports, f"kosoku wrote no report: {words.decode()}"
    return [_verdict(report) for report in sorted(reports, key=lambda report: report["case"])]


def _verdict(report: dict[str, Any]) -> Verdict:
    details = (
        f"Received: {report['received']}, close code {report['remoteCloseCode']} {report['remoteCloseReason'] or ''}. "
        f"{report['result']} {report['resultClose']} {report['wasNotCleanReason'] or ''} ({report['duration']} ms)"
    )
    return Verdict(report["id"], report["behavior"], report["behaviorClose"], report["expectation"], details)
