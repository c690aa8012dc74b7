"""Is the first cause right, and strong never wrong, where peers and what stands between are not of our making?

`pytest -s` shows the table of expected and first causes. `python -m helpers.corpus_play` plays the cases without
looking at a diagnosis; so does `python -m helpers.corpus_cut_child` for those that need a process of their own.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest

from helpers import corpus_cut_servers, corpus_cut_ways, corpus_middle, namespace
from helpers.corpus_cut_alone import LOCAL, WALLED
from helpers.corpus_cut_apart import judged_apart
from helpers.diagnosis_corpus import Judgement, hold, judged
from helpers.loops import nothing_on_the_loop

#: Each list is played on a stage of its own.
LISTS = {
    "between": corpus_middle.BETWEEN,
    "peers": corpus_middle.PEERS,
    "servers": corpus_cut_servers.CASES,
    "ways": corpus_cut_ways.CASES,
}

is_complete = os.environ.get("FRAMESCOPE_ALL_PEERS") == "1"  # set by packaging/test --long, which installed them


@pytest.fixture(scope="module")
def judgements() -> list[Judgement]:
    """What has been found so far, in all parts."""
    return []


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", LISTS)
def test_a_corpus_of_real_peers(
    part: str, tmp_path: Path, judgements: list[Judgement], logged_errors: list[logging.LogRecord]
) -> None:
    lack = corpus_middle.lack() if part in ("between", "peers") else ""
    if lack and not is_complete:
        pytest.skip(lack)
    assert not lack

    async def played_and_judged() -> list[Judgement]:
        found = await judged(LISTS[part], tmp_path)
        await nothing_on_the_loop()
        return found

    found = asyncio.run(played_and_judged())
    # Handlers of our server raise on purpose in some cases, and it says so.
    logged_errors[:] = [record for record in logged_errors if record.getMessage() != "connection handler failed"]
    hold_part(found, judgements)


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


def hold_part(found: list[Judgement], judgements: list[Judgement]) -> None:
    judgements += found
    hold(found)
