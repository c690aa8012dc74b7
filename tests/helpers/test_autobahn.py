"""Is every verdict of the Autobahn suite read as what it is?"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from framescope import ConnectionClosed, ServerConnection, serve
from helpers.autobahn import Verdict, faults, judge_server, summary


def verdict(case: str, behaviour: str, closing: str = "OK") -> Verdict:
    return Verdict(case, behaviour, closing, "An echo.", "Received: nothing")


@pytest.mark.parametrize(
    ("case", "behaviour", "closing", "kind"),
    [
        ("1.1.1", "OK", "OK", "ok"),
        ("7.13.1", "INFORMATIONAL", "INFORMATIONAL", "informational"),
        ("7.1.6", "INFORMATIONAL", "OK", "informational"),
        ("7.1.5", "INFORMATIONAL", "OK", "failed"),
        ("3.2", "NON-STRICT", "OK", "non-strict"),
        ("3.2", "NON-STRICT", "UNCLEAN", "unclean"),
        ("3.2", "NON-STRICT", "FAILED", "failed"),
        ("7.1.1", "OK", "UNCLEAN", "unclean"),
        ("7.1.1", "OK", "WRONG CODE", "failed"),
        ("7.1.1", "OK", "FAILED BY CLIENT", "failed"),
        ("7.1.1", "FAILED", "OK", "failed"),
        ("12.1.1", "UNIMPLEMENTED", "OK", "failed"),
        ("1.1.1", "ERROR", "FAILED", "failed"),
    ],
)
def test_the_worse_half_counts(case: str, behaviour: str, closing: str, kind: str) -> None:
    assert verdict(case, behaviour, closing).kind == kind


def test_summary_and_faults() -> None:
    verdicts = [verdict("1.1.1", "OK"), verdict("3.2", "NON-STRICT"), verdict("5.1", "FAILED"), verdict("7.1.6", "OK")]
    assert summary(verdicts) == "4 cases: 2 ok, 0 informational, 1 non-strict (3.2), 1 failed (5.1), 0 unclean"
    assert [fault.partition(":")[0] for fault in faults(verdicts)] == ["3.2", "5.1"]
    assert faults(verdicts, may_be_lax=lambda case: case == "3.2") == [
        "5.1: FAILED, close OK. Expected: An echo. Received: nothing"
    ]


def test_a_server_that_echoes_something_else_fails(tmp_path: Path) -> None:
    async def shout(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):  # the suite hangs up
            async for message in connection:
                await connection.send(message.upper())

    async def judged() -> list[Verdict]:
        async with serve(shout, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            return await judge_server(url, tmp_path, ["1.1.1", "6.5.1"], at_once=1)

    empty, greeting = asyncio.run(judged())
    assert (empty.case, empty.kind) == ("1.1.1", "ok")
    assert (greeting.case, greeting.kind) == ("6.5.1", "failed")
    assert "Received: [['message', 'HELLO" in str(greeting)
