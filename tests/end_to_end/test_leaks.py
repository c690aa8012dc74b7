"""Does anything stay behind when connections come and go? Descriptors, tasks, timers, threads, objects, memory."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import pytest

from helpers.cycles import KINDS, Counts, Held, run_cycles
from helpers.source import PROJECT, TESTS

MIB = 1024 * 1024
FEW = {"untrusted": 50}  # TLS takes its time


@pytest.mark.parametrize("kind", KINDS)
def test_after_300_connections_all_counts_are_back(kind: str) -> None:
    # asyncio's debug mode takes most of the time, and keeps what is to be let go.
    before, _, after = asyncio.run(run_cycles(kind, FEW.get(kind, 300)), debug=False)
    assert after.counts == before.counts


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_after_10_000_connections_all_counts_are_back_and_memory_is_flat(kind: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(PROJECT / "app")))}
    command = [sys.executable, "-m", "helpers.cycles", kind, "10000"]
    said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=590).stdout
    before, early, after = (Held(Counts(*counts), *sizes) for counts, *sizes in json.loads(said))
    assert after.counts == early.counts == before.counts
    assert abs(after.objects - early.objects) <= early.objects / 100
    assert after.memory - early.memory <= 2 * MIB
