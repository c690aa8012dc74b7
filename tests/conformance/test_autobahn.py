"""Does the Autobahn suite find a fault in us, in either role? 247 fast cases and group 9; with --long all 517.

`pytest tests/conformance/test_autobahn.py -rP` (with --long) shows each run's count of verdicts.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from framescope import connect, serve
from framescope.engine.deflate import DeflateOffer
from framescope.net.client import DEFLATE
from helpers import autobahn, echoes
from helpers.autobahn import ALL_COUNT, FAST, FAST_COUNT, MASSIVE, MASSIVE_COUNT, Verdict
from helpers.raw_peers import Certificates
from helpers.tls_door import tls_door

Judge: TypeAlias = Callable[[Path, Sequence[str]], Awaitable[list[Verdict]]]

AT_ONCE = 4  # cases at a time: some wait for a second
#: Here the suite's server asks for `client_no_context_takeover`; it declines deflate to a client that did not offer it.
ASKING = ("13.2.", "13.5.", "13.6.")
ALL = (*FAST, *MASSIVE, "12.*", "13.1.*", "13.3.*", "13.4.*", "13.7.*", *(f"{group}*" for group in ASKING))
# Several cases end by a message, after which a ping of ours would be one more thing that came.
QUIET: dict[str, Any] = {"max_size": None, "ping_interval": None}


def may_be_lax(case: str) -> bool:
    """An echo in an application's task cannot always go before the Close that answers what came in the same read."""
    return case.startswith(("3.", "4.")) or case == "5.15"


@contextlib.asynccontextmanager
async def engine_server() -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(echoes.server_echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def judge_engine_server(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    async with engine_server() as port:
        return await autobahn.judge_server(f"ws://127.0.0.1:{port}", folder, cases, at_once=AT_ONCE)


async def judge_engine_client(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    async def run(offer: DeflateOffer, port: int, path: str) -> None:
        await echoes.engine_client(f"ws://127.0.0.1:{port}{path}", offer)

    return await judge_clients(run, folder, cases)


async def judge_server(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    async with serve(echoes.echo, "127.0.0.1", 0, **QUIET) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return await autobahn.judge_server(url, folder, cases, at_once=AT_ONCE)


async def judge_client(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    async def run(offer: DeflateOffer, port: int, path: str) -> None:
        async with connect(f"ws://127.0.0.1:{port}{path}", extensions=[offer], **QUIET) as connection:
            await echoes.echo(connection)

    return await judge_clients(run, folder, cases)


async def judge_tls_server(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    certificates = Certificates.make()
    async with serve(echoes.echo, "127.0.0.1", 0, ssl=certificates.server, **QUIET) as server:
        behind = server.sockets[0].getsockname()[1]
        async with tls_door(behind, inside=certificates.client()) as port:
            return await autobahn.judge_server(f"ws://127.0.0.1:{port}", folder, cases, at_once=AT_ONCE)


async def judge_tls_client(folder: Path, cases: Sequence[str]) -> list[Verdict]:
    certificates = Certificates.make()
    context = certificates.client()

    async def run(offer: DeflateOffer, port: int, path: str) -> None:
        url = f"wss://localhost:{port}{path}"
        async with connect(url, extensions=[offer], ssl=context, **QUIET) as connection:
            await echoes.echo(connection)

    def door(port: int) -> AbstractAsyncContextManager[int]:
        return tls_door(port, outside=certificates.server)

    return await judge_clients(run, folder, cases, door)


async def judge_clients(
    run: Callable[[DeflateOffer, int, str], Awaitable[None]],
    folder: Path,
    cases: Sequence[str],
    door: Callable[[int], AbstractAsyncContextManager[int]] = contextlib.nullcontext,
) -> list[Verdict]:
    """Judge a client that offers deflate as usual, and for the `ASKING` cases one that offers what they want."""
    usual = [case for case in cases if not case.startswith(ASKING)]
    asking = [case for case in cases if case.startswith(ASKING)]
    verdicts: list[Verdict] = []
    for chosen, offer in ((usual, DEFLATE), (asking, replace(DEFLATE, client_no_context_takeover=True))):
        if chosen:
            part = folder / f"from {len(verdicts)}"
            verdicts += await autobahn.judge_client(partial(run, offer), part, chosen, at_once=AT_ONCE, door=door)
    return verdicts


ENGINE = [pytest.param(judge_engine_server, id="server"), pytest.param(judge_engine_client, id="client")]
NET = [pytest.param(judge_server, id="server"), pytest.param(judge_client, id="client")]
TLS = [pytest.param(judge_tls_server, id="server"), pytest.param(judge_tls_client, id="client")]


def verdicts_of(judge: Judge, folder: Path, cases: Sequence[str], count: int) -> list[Verdict]:
    """Run the cases; print how they ended."""
    faulthandler.cancel_dump_traceback_later()  # a run may take minutes; pytest's own timeout stands guard
    with asyncio.Runner(debug=False) as runner:  # in its debug mode the loop takes much of a case's time
        verdicts = runner.run(judge(folder, cases))
    sys.stdout.write(f"{autobahn.summary(verdicts)}\n")
    assert len(verdicts) == count
    return verdicts


@pytest.mark.timeout(120)
@pytest.mark.parametrize("judge", ENGINE)
def test_the_engine_passes_the_fast_cases_and_group_nine(judge: Judge, tmp_path: Path) -> None:
    verdicts = verdicts_of(judge, tmp_path, FAST + MASSIVE, FAST_COUNT + MASSIVE_COUNT)
    assert autobahn.faults(verdicts) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("judge", NET)
def test_serve_and_connect_pass_the_fast_cases_and_group_nine(judge: Judge, tmp_path: Path) -> None:
    verdicts = verdicts_of(judge, tmp_path, FAST + MASSIVE, FAST_COUNT + MASSIVE_COUNT)
    assert autobahn.faults(verdicts, may_be_lax=may_be_lax) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("judge", ENGINE)
def test_the_engine_passes_all_cases(judge: Judge, tmp_path: Path) -> None:
    assert autobahn.faults(verdicts_of(judge, tmp_path, ALL, ALL_COUNT)) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("judge", NET)
def test_serve_and_connect_pass_all_cases(judge: Judge, tmp_path: Path) -> None:
    assert autobahn.faults(verdicts_of(judge, tmp_path, ALL, ALL_COUNT), may_be_lax=may_be_lax) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("judge", TLS)
def test_serve_and_connect_pass_all_cases_over_tls(judge: Judge, tmp_path: Path) -> None:
    assert autobahn.faults(verdicts_of(judge, tmp_path, ALL, ALL_COUNT), may_be_lax=may_be_lax) == []
