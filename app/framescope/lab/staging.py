"""Does the real library say the same? The two ends' programs, each in a process of its own, over the lab's network."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from framescope.engine.settings import KNOB_NAMES
from framescope.lab import scenario as acts
from framescope.lab.runner import Run
from framescope.lab.scenario import Acts, End, Heartbeat, Network, Scenario, Seconds, seconds
from framescope.lab.snippet import program_of
from framescope.net.impairment import Relay
from framescope.tasks import Tasks

GRACE = 2.0  #: s that the ends get after the scenario's own duration, to say their last word
_TOLD = 5.0  #: s for the server's process to say where it listens


@dataclass
class Staged:
    """The exceptions that the two ends printed, by `is_server`: "ConnectionClosedError: ..."."""

    said: dict[bool, list[str]] = field(default_factory=lambda: {False: [], True: []})

    def sentence(self, is_server: bool) -> str | None:
        """The end's first exception, "ConnectionClosedError: ..."; None where it raised none."""
        return next(iter(self.said[is_server]), None)


class Comparison(NamedTuple):
    """What one end of a run says, and what the real library says there."""

    who: str
    ours: str | None
    theirs: str | None

    @property
    def is_same(self) -> bool:
        return self.ours == self.theirs


def compare(run: Run, staged: Staged) -> list[Comparison]:
    """Hold a run against what the real library said, at each end whose program has a connection to speak of."""
    comparisons = []
    for who, is_server in (("client", False), ("server", True)):
        if is_server and not run.notebook.of(who, "opened"):
            continue  # a handler is called for an open connection only
        notes = run.notebook.of(who, "raised")
        comparisons.append(Comparison(who, notes[0].text if notes else None, staged.sentence(is_server)))
    return comparisons


def is_installed() -> bool:
    """Tell whether there is a real library to ask."""
    return importlib.util.find_spec("websockets") is not None


def why_not(scenario: Scenario) -> str:
    """Say why a scenario cannot be staged with the real library; empty when it can."""
    if sys.platform == "win32":
        return "processes cannot be stopped there"
    for act in scenario.script:
        if isinstance(act, acts.Raw):
            return "the library sends no illegal frames"
        if isinstance(act, acts.Turn):
            return "the library's timeouts cannot be changed while the connection is open"
        if isinstance(act, acts.Behave):
            return "the library's program behaves the same from its beginning to its end"
        if isinstance(act, acts.HalfClose):
            return "the library never ends one direction alone"
    for end in (scenario.client, scenario.server):
        if end.pongs != "answer" or end.pong_delay:
            return "the library always answers pings"
    networks: list[Network | acts.Change] = [scenario.network]
    networks += (act for act in scenario.script if isinstance(act, acts.Change))
    if any(network.counts_messages_only for network in networks):
        return "the relay does not look into frames"
    return ""


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Make everything that takes time take `factor` times as long."""

    network = scenario.network
    return Scenario(
        duration=scenario.duration * factor,
        client=_scaled_end(scenario.client, factor),
        server=_scaled_end(scenario.server, factor),
        network=msgspec.structs.replace(network, **_scaled_network(network, factor)),
        script=tuple(
            msgspec.structs.replace(
                act, at=act.at * factor, **(_scaled_network(act, factor) if isinstance(act, acts.Change) else {})
            )
            for act in scenario.script
        ),
    )


def _scaled_network(told: Network | acts.Change, factor: float) -> dict[str, float]:
    times = {name: getattr(told, name) for name in ("latency", "jitter", "idle_timeout", "life_timeout")}
    scaled_times = {name: time * factor for name, time in times.items() if time is not None}
    return scaled_times if told.bandwidth is None else {**scaled_times, "bandwidth": told.bandwidth / factor}


def _scaled_end(end: End, factor: float) -> End:
    knobs: dict[str, Seconds] = {}
    for name in KNOB_NAMES:
        value = seconds(getattr(end, name))
        knobs[name] = "none" if value is None else round(value * factor, 6)
    beat = end.heartbeat
    return msgspec.structs.replace(
        end,
        **knobs,
        traffic=tuple(
            msgspec.structs.replace(each, every=each.every * factor, start=each.start * factor) for each in end.traffic
        ),
        handling=end.handling * factor,
        recv_timeout=None if end.recv_timeout is None else end.recv_timeout * factor,
        heartbeat=None if beat is None else Heartbeat(every=beat.every * factor, timeout=beat.timeout * factor),
    )


async def stage(scenario: Scenario, *, seed: int = 1) -> Staged:
    """Play a scenario with the real library, in real time. Raises OSError where the processes cannot be had."""
    staged = Staged()
    with tempfile.TemporaryDirectory(prefix="framescope-") as folder:
        for is_server in (False, True):
            _file(folder, is_server).write_text(program_of(scenario, is_server=is_server), "utf-8")
        async with _running(_file(folder, True)) as server:
            port = await _port_of(server)
            relay = Relay("127.0.0.1", port, scenario.network.conditions(), random=Random(seed).random)
            address = f"ws://127.0.0.1:{await relay.start()}/"
            try:
                async with _running(_file(folder, False), address) as client:
                    await _play(scenario, relay, {False: client, True: server}, staged)
            finally:
                await relay.stop()
    return staged


def _file(folder: str, is_server: bool) -> Path:
    return Path(folder) / ("server.py" if is_server else "client.py")


@contextlib.asynccontextmanager
async def _running(file: Path, *arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(file), *arguments, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _port_of(server: Process) -> int:
    assert server.stdout is not None
    try:
        line = await asyncio.wait_for(server.stdout.readline(), _TOLD)
        return int(line)
    except (TimeoutError, ValueError) as error:
        raise OSError("the real library's server did not start") from error


async def _listen(process: Process, said: list[str]) -> None:
    """Wait for an end's first word: each ends with one exception, if it ends."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    if line:
        said.append(line.decode(errors="replace").rstrip())


async def _play(scenario: Scenario, relay: Relay, ends: dict[bool, Process], staged: Staged) -> None:
    """Do what the script says until both ends have said their last word, or the time is over."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(relay.connected.wait(), _TOLD)
    start = loop.time()  # the run begins with TCP
    for act in sorted(scenario.script, key=lambda act: act.at):
        await asyncio.sleep(max(0.0, start + act.at - loop.time()))
        _do(act, relay, ends)
    left = max(0.0, start + scenario.duration - loop.time()) + GRACE
    listening = Tasks("staging")
    await asyncio.wait([listening.start(_listen(ends[end], staged.said[end]), "listen") for end in ends], timeout=left)
    await listening.cancel()


def _do(act: Acts, relay: Relay, ends: dict[bool, Process]) -> None:
    match act:
        case acts.Change():
            act.apply(relay.conditions)
            relay.changed()
        case acts.ResetBoth():
            relay.reset()
        case acts.Kill(end=end):
            _signal(ends[end == "server"], signal.SIGKILL)
        case acts.Freeze(end=end, on=is_frozen):
            _signal(ends[end == "server"], signal.SIGSTOP if is_frozen else signal.SIGCONT)
        case _:
            pass  # the program of that end does it


def _signal(process: Process, number: int) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
