"""Is the first cause right for both ends of many lab runs, whatever the seed, and is nothing wrong called strong?

What was done to each connection is known, so the truth is written down for either end; `pytest -s` shows the table.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec

from framescope.analysis.book import TraceBook
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis, Strength
from framescope.capture.reader import CaptureReader
from framescope.lab import scenario as acts
from framescope.lab.runner import Run, capture_writer
from framescope.lab.scenario import Acts, End, Heartbeat, Network, Scenario, Traffic
from helpers.shipped_lessons import all_lessons

SEEDS = (1, 2, 3)
ROUGH = Network(latency=0.05, jitter=0.02)
OFF = End(ping_interval="none", close_timeout=2)
KEEPALIVE = End(ping_interval=5, ping_timeout=3, close_timeout=2)
TALK = (Traffic(every=1.3, start=0.2),)
FEED = (Traffic(every=0.1, size=500),)


class Staged(NamedTuple):
    """A scenario, and what the client's and the server's recording should name first; "" for an end not asked."""

    name: str
    scenario: Scenario
    client: str
    server: str


def staged(
    name: str,
    *script: Acts,
    client: str = "",
    server: str = "",
    ends: tuple[End, End] = (KEEPALIVE, OFF),
    network: Network = ROUGH,
    duration: float = 100,
) -> Staged:
    """Stage a connection; its client has the first of `ends`."""
    scenario = Scenario(duration=duration, client=ends[0], server=ends[1], network=network, script=script)
    return Staged(name, scenario, client, server)


def mirrored(case: Staged) -> Staged:
    """The same with the two ends changed round: what holds for a client holds for a server."""
    other = {"client": "server", "server": "client"}
    script = tuple(
        msgspec.structs.replace(act, end=other[act.end]) if hasattr(act, "end") else act for act in case.scenario.script
    )
    played = msgspec.structs.replace(
        case.scenario, client=case.scenario.server, server=case.scenario.client, script=script
    )
    return Staged(f"{case.name}, mirrored", played, case.server, case.client)


def with_(end: End, **fields: object) -> End:
    return msgspec.structs.replace(end, **fields)


def both_ways() -> list[Staged]:
    """What can happen to either end."""
    black = acts.Change(at=8.2, black_hole=True)
    return [
        staged("close", acts.Close(at=7, end="client"), client="closed_by_us", server="closed_by_peer"),
        staged("close while busy", acts.Close(at=7, end="client", reason="done"), ends=(with_(KEEPALIVE, traffic=TALK),
               with_(OFF, traffic=TALK)), client="closed_by_us", server="closed_by_peer"),
        staged("4001", acts.Close(at=7, end="client", code=4001), client="closed_by_us", server="closed_by_peer"),
        staged("1001", acts.Close(at=7, end="client", code=1001), client="going_away_us", server="going_away"),
        staged("1008", acts.Close(at=7, end="client", code=1008), client="closed_by_us", server="closed_by_peer"),
        staged("1012", acts.Close(at=7, end="client", code=1012), client="closed_by_us", server="going_away"),
        staged("handler raises", acts.Fail(at=7, end="client"), client="own_failure", server="handler_failure"),
        staged("handler raises, busy", acts.Fail(at=7, end="client"), ends=(with_(KEEPALIVE, traffic=TALK),
               with_(KEEPALIVE, traffic=TALK)), client="own_failure", server="handler_failure"),
        staged("kill", acts.Kill(at=7.3, end="client"), server="fin_by_peer"),
        staged("kill, both ping", acts.Kill(at=7.3, end="client"), ends=(KEEPALIVE, KEEPALIVE), server="fin_by_peer"),
        staged("kill in a feed", acts.Kill(at=7.33, end="client"), ends=(with_(KEEPALIVE, traffic=FEED), OFF),
               server="fin_by_peer"),
        staged("half close", acts.HalfClose(at=7.3, end="client"), server="fin_by_peer", ends=(OFF, OFF)),
        staged("reset", acts.ResetBoth(at=7.3), client="rst_by_peer", server="rst_by_peer"),
        staged("black hole", black, client="silence", ends=(KEEPALIVE, OFF)),
        staged("black hole, both ping", black, client="silence", server="silence", ends=(KEEPALIVE, KEEPALIVE)),
        staged("black hole, small talk", black, client="silence", ends=(with_(KEEPALIVE, traffic=TALK), OFF)),
        staged("black hole in a feed", black, client="silence", ends=(KEEPALIVE, with_(OFF, traffic=FEED))),
        staged("frozen", acts.Freeze(at=8.2, end="server"), client="silence"),
        staged("frozen in a feed", acts.Freeze(at=8.2, end="server"), client="silence",
               ends=(KEEPALIVE, with_(OFF, traffic=FEED))),
        staged("closes into a black hole", acts.Change(at=6.5, black_hole=True), acts.Close(at=7, end="client"),
               client="closed_by_us", ends=(OFF, OFF)),
        staged("slow way", acts.Change(at=8, latency=1.8), client="pong_late"),
        staged("slow way, small talk", acts.Change(at=8, latency=1.8), client="pong_late",
               ends=(KEEPALIVE, with_(OFF, traffic=TALK))),
        staged("stopped for a while", acts.Freeze(at=8.2, end="server"), acts.Freeze(at=14, end="server", on=False),
               client="pong_late", ends=(with_(KEEPALIVE, close_timeout=10), OFF)),
        staged("swallows pongs", client="pong_never", server="peer_keepalive",
               ends=(KEEPALIVE, with_(OFF, pongs="swallow"))),
        staged("swallows pongs, talks", client="pong_never", server="peer_keepalive",
               ends=(KEEPALIVE, with_(OFF, pongs="swallow", traffic=TALK))),
        staged("jitter", client="pong_late", ends=(with_(KEEPALIVE, ping_timeout=0.15, close_timeout=5), OFF),
               network=Network(latency=0.2, jitter=0.02)),
        staged("bulk before the pong", client="pong_behind_bulk",
               ends=(KEEPALIVE, with_(OFF, traffic=(Traffic(every=0.5, size=65536, start=6),))),
               network=Network(latency=0.05, bandwidth=100_000)),
        staged("one large message before the pong", acts.Send(at=9.9, end="server", size=900_000),
               client="pong_behind_bulk", ends=(with_(KEEPALIVE, close_timeout=10), OFF),
               network=Network(latency=0.05, bandwidth=100_000)),
        staged("own bulk before the ping", client="own_bulk",
               ends=(End(ping_interval=2, ping_timeout=3, close_timeout=20, traffic=(Traffic(every=1, size=65536),)),
                     OFF), network=Network(latency=0.05, bandwidth=50_000)),
        staged("takes nothing", acts.Freeze(at=8, end="server"), client="peer_not_reading",
               ends=(with_(KEEPALIVE, traffic=(Traffic(every=0.1, size=65536),)), OFF)),
        staged("too big", acts.Send(at=7, end="server", size=5000), ends=(with_(KEEPALIVE, max_size=4096), OFF),
               client="too_big", server="too_big_for_peer"),
        staged("reserved opcode", acts.Raw(at=7, end="server", first=0x83), client="violation_by_peer",
               server="violation_by_us"),
        staged("bad text", acts.Raw(at=7, end="server", first=0x81, payload="c328", section="RFC 6455 8.1"),
               client="violation_by_peer", server="violation_by_us"),
        staged("idle timer", client="idle_timer", server="idle_timer", ends=(OFF, OFF),
               network=Network(latency=0.05, idle_timeout=60)),
        staged("idle timer after talk", acts.Send(at=7, end="server", text="hello"), client="idle_timer",
               server="idle_timer", ends=(OFF, OFF), network=Network(latency=0.05, idle_timeout=60)),
        staged("idle timer with RST", client="idle_timer", server="idle_timer", ends=(OFF, OFF),
               network=Network(latency=0.05, idle_timeout=60, cut="reset")),
        staged("idle timer, forgets", acts.Send(at=70, end="client", text="hello"), client="silence",
               ends=(End(ping_interval=65, ping_timeout=10, close_timeout=2), OFF),
               network=Network(latency=0.05, idle_timeout=60, cut="silent")),
        staged("life timer", client="life_timer", server="life_timer", ends=(with_(KEEPALIVE, traffic=TALK), OFF),
               network=Network(latency=0.05, life_timeout=30)),
        staged("an unknown lifetime", client="fin_by_peer", server="fin_by_peer",
               ends=(with_(KEEPALIVE, traffic=TALK), OFF), network=Network(latency=0.05, life_timeout=17)),
        staged("heartbeat lost", client="closed_by_us", server="closed_by_peer",
               ends=(with_(KEEPALIVE, heartbeat=Heartbeat(every=5, timeout=2)), OFF)),
    ]  # fmt: skip


def one_way() -> list[Staged]:
    """What only a client, or only a server, can meet."""
    return [
        staged("silent server", ends=(KEEPALIVE, with_(OFF, answer="silence")), client="open_upgrade"),
        staged("403", ends=(KEEPALIVE, with_(OFF, answer="403")), client="refused_status", server="refused_by_us"),
        staged("503", ends=(KEEPALIVE, with_(OFF, answer="503")), client="refused_status", server="refused_by_us"),
        staged("killed before the answer", acts.Kill(at=2, end="server"), client="failed_upgrade",
               ends=(KEEPALIVE, with_(OFF, answer="silence"))),
        staged("client gives up connecting", acts.Close(at=2, end="client"), client="given_up", server="failed_upgrade",
               ends=(KEEPALIVE, with_(OFF, answer="silence"))),
        staged("black hole before the answer", acts.Change(at=0, black_hole=True), client="open_upgrade",
               server="open_upgrade"),
        staged("slow consumer", ends=(End(ping_interval=3, ping_timeout=3, close_timeout=2, handling=5),
               with_(OFF, traffic=(Traffic(every=0.01, size=20_000),))), client="own_unread"),
        staged("slow consumer, as the other end sees it", duration=300, client="peer_not_reading",
               ends=(with_(KEEPALIVE, traffic=(Traffic(every=0.05, size=8_000),)), with_(OFF, handling=0.3))),
        staged("TCP gives up", acts.Send(at=90, end="client", text="hello"), client="tcp_timeout", ends=(OFF, OFF),
               network=Network(latency=0.05, idle_timeout=60, cut="silent"), duration=1100),
    ]  # fmt: skip


#: what the lessons' runs stage, for the client and for the server; "" for an end that does not end, or cannot know
LESSONS = {
    "no-close-frame": ("fin_by_peer", ""),
    "keepalive-ping-timeout": ("silence", "silence"),
    "idle-timeout": ("idle_timer", "idle_timer"),
    "life-timeout": ("life_timer", "life_timer"),
    "silent-drop": ("tcp_timeout", ""),
    "slow-consumer": ("", "own_unread"),  # the client cannot tell a server that does not read from one that is dead
    "saturated-sender": ("own_bulk", "peer_keepalive"),
    "open-timeout": ("open_upgrade", "failed_upgrade"),
    "recv-timeout": ("", ""),
    "pongs-are-sent-for-you": ("", ""),
    "application-heartbeat": ("", ""),  # without a message, an age of 30 s fits a lifetime as well
    "heartbeat-of-your-own": ("closed_by_us", "closed_by_peer"),
    "what-an-interval-costs": ("silence", ""),
    "fragmentation": ("", ""),
    "masking": ("violation_by_us", "violation_by_peer"),
    "closing-handshake": ("closed_by_us", "closed_by_peer"),
    "simultaneous-close": ("closed_by_us", "closed_by_us"),
    "permessage-deflate": ("", ""),
    "violations": ("violation_by_us", "violation_by_peer"),
    "which-frame-is-wrong": ("violation_by_us", "violation_by_peer"),
}


def lessons() -> list[Staged]:
    """Every lesson whose end is known here; one that is new may be missing."""
    known = [(lesson, LESSONS.get(lesson.name, ("", ""))) for lesson in all_lessons()]
    return [Staged(lesson.name, lesson.scenario, *truths) for lesson, truths in known if any(truths)]


def every_case() -> list[Staged]:
    either = both_ways()
    return [*either, *map(mirrored, either), *one_way(), *lessons()]


def diagnosed(case: Staged, folder: Path) -> list[Diagnosis | None]:
    """Play a case with each seed into one capture; return what both ends' recordings say, client before server."""
    writer = capture_writer(folder)
    for seed in SEEDS:
        Run(case.scenario, seed=seed, writer=writer).run()
    writer.close()
    reader = CaptureReader(folder)
    try:
        book = TraceBook(reader)
        while book.poll():
            pass
        every = list(book.traces.values())
        roles = [(trace.story.info.role if trace.story.info is not None else "", trace) for trace in every]
        ordered = sorted(roles, key=lambda pair: pair[0])
        return [diagnose(trace, others=every, halts=book.halts) for _, trace in ordered]
    finally:
        reader.close()


class Asked(NamedTuple):
    """One end's recording of one run."""

    where: str
    truth: str
    found: Diagnosis

    @property
    def wrongly_strong(self) -> list[str]:
        return [x.key for x in self.found.causes if x.strength is Strength.STRONG and x.key != self.truth]


def asked(case: Staged, folder: Path) -> list[Asked]:
    """Ask the ends whose truth is known."""
    truths = [case.client] * len(SEEDS) + [case.server] * len(SEEDS)
    names = [f"{case.name}, {role}, seed {seed}" for role in ("client", "server") for seed in SEEDS]
    found = diagnosed(case, folder)
    assert all(each is not None for each, truth in zip(found, truths, strict=True) if truth), case.name
    every = zip(names, truths, found, strict=True)
    return [Asked(name, truth, each) for name, truth, each in every if truth and each is not None]


def test_what_the_lab_stages_is_found_from_either_end(tmp_path: Path) -> None:
    everything = [each for place, case in enumerate(every_case()) for each in asked(case, tmp_path / str(place))]
    counts = Counter(
        (each.truth, each.found.causes[0].key, each.found.causes[0].strength.name.lower()) for each in everything
    )
    for (truth, first, strength), count in sorted(counts.items()):
        sys.stdout.write(f"{truth:<20}{first:<20}{strength:<10}{count:>5}{'' if truth == first else '  WRONG'}\n")
    assert [(each.where, each.wrongly_strong) for each in everything if each.wrongly_strong] == []
    assert [
        (each.where, each.truth, each.found.causes) for each in everything if each.found.causes[0].key != each.truth
    ] == []
    assert counts.total() >= 400
    assert len({truth for truth, _, _ in counts}) >= 25
