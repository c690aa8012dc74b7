"""Is the first cause right, and strong never wrong, where peers and what stands between are not of our making?

`pytest -s` shows the table of expected and first causes. `python -m helpers.corpus.play` plays the cases without
looking at a diagnosis; so does `python -m helpers.corpus.cut_child` for those that need a process of their own.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers import namespace
from helpers.corpus import (
    cut_servers,
    cut_ways,
    middle,
    second_alone,
    second_clients,
    second_openings,
    second_raw,
    second_servers,
    second_timers,
)
from helpers.corpus.cut_alone import LOCAL, WALLED
from helpers.corpus.cut_apart import judged_apart
from helpers.corpus.stage import Case, Judgement, hold, judged
from helpers.loops import nothing_on_the_loop

#: Each list is played on a stage of its own.
LISTS = {
    "between": middle.BETWEEN,
    "peers": middle.PEERS,
    "servers": cut_servers.CASES,
    "ways": cut_ways.CASES,
}
#: The second corpus, judged for the first time after what the first has shown was mended.
SECOND = {
    "timers": second_timers.CASES,
    "servers": second_servers.CASES,
    "clients": second_clients.CASES,
    "openings": second_openings.CASES,
    "raw": second_raw.CASES,
}

is_complete = os.environ.get("FRAMESCOPE_ALL_PEERS") == "1"  # set by packaging/test --long, which installed them


@pytest.fixture(scope="module")
def judgements() -> list[Judgement]:
    """What has been found so far, in all parts."""
    return []


@pytest.fixture(scope="module")
def second() -> list[Judgement]:
    """What has been found so far, in all parts of the second corpus."""
    return []


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", LISTS)
def test_a_corpus_of_real_peers(part: str, tmp_path: Path, judgements: list[Judgement]) -> None:
    if part in ("between", "peers"):
        skip_without_the_peers()
    hold_part(played_and_judged(LISTS[part], tmp_path), judgements)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_corpus_of_what_is_done_to_us(tmp_path: Path, judgements: list[Judgement]) -> None:
    hold_part(judged_apart(LOCAL, tmp_path), judgements)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_corpus_behind_a_firewall(tmp_path: Path, judgements: list[Judgement]) -> None:
    if reason := namespace.reason_without():
        pytest.skip(reason)
    hold_part(judged_apart(WALLED, tmp_path), judgements)


@pytest.mark.long
def test_the_parts_of_the_corpus_together(judgements: list[Judgement]) -> None:
    if not judgements:
        pytest.skip("no part of the corpus was played: this adds them up")
    hold(judgements)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", SECOND)
def test_a_second_corpus_of_real_peers(part: str, tmp_path: Path, second: list[Judgement]) -> None:
    if part != "raw":
        skip_without_the_peers()
    hold_part(played_and_judged(SECOND[part], tmp_path), second)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_second_corpus_of_what_is_done_to_us(tmp_path: Path, second: list[Judgement]) -> None:
    skip_without_the_peers()
    hold_part(judged_apart(second_alone.LOCAL, tmp_path), second)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_second_corpus_behind_a_firewall(tmp_path: Path, second: list[Judgement]) -> None:
    if reason := namespace.reason_without():
        pytest.skip(reason)
    hold_part(judged_apart(second_alone.WALLED, tmp_path), second)


@pytest.mark.long
def test_the_parts_of_the_second_corpus_together(second: list[Judgement]) -> None:
    if not second:
        pytest.skip("no part of the second corpus was played: this adds them up")
    hold(second)


def skip_without_the_peers() -> None:
    """Skip where a peer is not installed, unless all have to be."""
    lack = middle.lack()
    if lack and not is_complete:
        pytest.skip(lack)
    assert not lack


def played_and_judged(cases: Sequence[Case], folder: Path) -> list[Judgement]:
    async def run() -> list[Judgement]:
        found = await judged(cases, folder)
        await nothing_on_the_loop()
        return found

    return asyncio.run(run())


def hold_part(found: list[Judgement], judgements: list[Judgement]) -> None:
    judgements += found
    hold(found)
