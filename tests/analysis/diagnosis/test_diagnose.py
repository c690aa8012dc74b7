"""Does the diagnosis find the cause of a connection's end, from either side, and never call strong what is wrong?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope.analysis.book import Halt
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Strength
from framescope.lab import scenario as acts
from framescope.lab.scenario import End, Heartbeat, Network, Scenario, Traffic
from helpers.lab_captures import book_of, scenario
from helpers.shipped_lessons import all_lessons

KEEPALIVE = {"ping_interval": 5, "ping_timeout": 3, "close_timeout": 2}
CLIENT, SERVER = 1, 2
DEAD = "none"
LESSONS = {"", *(lesson.name for lesson in all_lessons())}

#: what was played, the end that is asked, the cause that has to come first, and whether it may be called strong
CASES: list[tuple[str, Scenario, int, str, Strength]] = [
    ("close by us", scenario(acts.Close(at=3, end="client")), CLIENT, "closed_by_us", Strength.STRONG),
    ("close by the peer", scenario(acts.Close(at=3, end="server")), CLIENT, "closed_by_peer", Strength.STRONG),
    (
        "close with a code",
        scenario(acts.Close(at=3, end="server", code=4000)),
        CLIENT,
        "closed_by_peer",
        Strength.STRONG,
    ),
    ("going away", scenario(acts.Close(at=3, end="server", code=1001)), CLIENT, "going_away", Strength.STRONG),
    ("we go away", scenario(acts.Close(at=3, end="client", code=1001)), CLIENT, "going_away_us", Strength.STRONG),
    ("unavailable", scenario(acts.Close(at=3, end="server", code=1013)), CLIENT, "closed_by_peer", Strength.LIKELY),
    ("handler fails", scenario(acts.Fail(at=3, end="server")), CLIENT, "handler_failure", Strength.LIKELY),
    ("our handler fails", scenario(acts.Fail(at=3, end="client")), CLIENT, "own_failure", Strength.STRONG),
    ("black hole", scenario(acts.Change(at=8, black_hole=True)), CLIENT, "silence", Strength.LIKELY),
    ("frozen peer", scenario(acts.Freeze(at=8, end="server")), CLIENT, "silence", Strength.LIKELY),
    (
        "pong late",
        scenario(acts.Change(at=9, latency=2)),
        CLIENT,
        "pong_late",
        Strength.STRONG,
    ),
    (
        "no pong, but an answer to Close",
        scenario(server=End(ping_interval=DEAD, pong_delay=4)),
        CLIENT,
        "pong_never",
        Strength.LIKELY,
    ),
    (
        "pong never, data goes on",
        scenario(server=End(ping_interval=DEAD, pongs="swallow", traffic=(Traffic(every=0.5),))),
        CLIENT,
        "pong_never",
        Strength.LIKELY,
    ),
    (
        "pong behind bulk",
        scenario(
            server=End(ping_interval=DEAD, traffic=(Traffic(every=0.5, size=65536, start=6),)),
            network=Network(latency=0.05, bandwidth=100_000),
        ),
        CLIENT,
        "pong_behind_bulk",
        Strength.LIKELY,
    ),
    (
        "upload to a quiet peer, slow line",
        scenario(
            client=End(ping_interval=2, ping_timeout=3, close_timeout=2, traffic=(Traffic(every=0.2, size=65536),)),
            network=Network(latency=0.05, bandwidth=50_000),
        ),
        CLIENT,
        "own_bulk",
        Strength.LIKELY,
    ),
    (
        "upload, then nothing",
        scenario(
            acts.Send(at=4.9, end="client", size=300_000),
            acts.Freeze(at=5, end="server"),
            network=Network(latency=0.05, bandwidth=50_000),
        ),
        CLIENT,
        "silence",
        Strength.LIKELY,
    ),
    (
        "black hole in the middle of a feed",
        scenario(
            acts.Change(at=5.14, black_hole=True),
            server=End(ping_interval=DEAD, traffic=(Traffic(every=0.1),)),
        ),
        CLIENT,
        "silence",
        Strength.LIKELY,
    ),
    (
        "peer takes nothing more",
        scenario(
            acts.Freeze(at=8, end="server"),
            client=End(ping_interval=5, ping_timeout=3, close_timeout=2, traffic=(Traffic(every=0.1, size=65536),)),
        ),
        CLIENT,
        "peer_not_reading",
        Strength.LIKELY,
    ),
    (
        "our own bulk",
        scenario(
            client=End(ping_interval=2, ping_timeout=3, close_timeout=20, traffic=(Traffic(every=1, size=65536),)),
            network=Network(latency=0.05, bandwidth=50_000),
        ),
        CLIENT,
        "own_bulk",
        Strength.LIKELY,
    ),
    (
        "peer's keepalive, frozen us",
        scenario(
            acts.Freeze(at=8, end="client"),
            acts.Freeze(at=16, end="client", on=False),
            client=End(ping_interval=DEAD),
            server=End(ping_interval=5, ping_timeout=3, close_timeout=20),
        ),
        CLIENT,
        "peer_keepalive",
        Strength.LIKELY,
    ),
    (
        "peer's keepalive, pong delayed",
        scenario(client=End(ping_interval=DEAD), server=End(ping_interval=5, ping_timeout=0.05)),
        CLIENT,
        "peer_keepalive",
        Strength.LIKELY,
    ),
    ("killed peer", scenario(acts.Kill(at=7.3, end="server")), CLIENT, "fin_by_peer", Strength.LIKELY),
    ("reset", scenario(acts.ResetBoth(at=7.3)), CLIENT, "rst_by_peer", Strength.LIKELY),
    (
        "idle timer near a preset",
        scenario(client=End(ping_interval=DEAD), network=Network(latency=0.05, idle_timeout=60)),
        CLIENT,
        "idle_timer",
        Strength.LIKELY,
    ),
    (
        "lifetime near a preset",
        scenario(server=End(traffic=(Traffic(every=1),)), network=Network(latency=0.05, life_timeout=30)),
        CLIENT,
        "life_timer",
        Strength.LIKELY,
    ),
    (
        "silent drop, TCP gives up",
        scenario(
            acts.Send(at=90, end="client", text="hello"),
            client=End(ping_interval=DEAD),
            network=Network(latency=0.05, idle_timeout=60, cut="silent"),
            duration=1100,
        ),
        CLIENT,
        "tcp_timeout",
        Strength.STRONG,
    ),
    ("open_timeout", scenario(server=End(answer="silence")), CLIENT, "open_upgrade", Strength.STRONG),
    ("refused", scenario(server=End(answer="403")), CLIENT, "refused_status", Strength.STRONG),
    (
        "violation by the peer",
        scenario(acts.Raw(at=3, end="server", first=0x83)),
        CLIENT,
        "violation_by_peer",
        Strength.STRONG,
    ),
    (
        "violation by us",
        scenario(acts.Raw(at=3, end="client", first=0x81, payload="c328", section="RFC 6455 8.1")),
        CLIENT,
        "violation_by_us",
        Strength.STRONG,
    ),
    (
        "message too big for us",
        scenario(acts.Send(at=3, end="server", size=5000), client=End(max_size=4096)),
        CLIENT,
        "too_big",
        Strength.STRONG,
    ),
    (
        "message too big for the peer",
        scenario(acts.Send(at=3, end="client", size=5000), server=End(max_size=4096)),
        CLIENT,
        "too_big_for_peer",
        Strength.STRONG,
    ),
    (
        "close unanswered",
        scenario(
            acts.Change(at=2, black_hole=True),
            acts.Close(at=3, end="client"),
            client=End(close_timeout=2, ping_interval=DEAD),
        ),
        CLIENT,
        "closed_by_us",
        Strength.STRONG,
    ),
    (
        "heartbeat lost",
        scenario(client=End(heartbeat=Heartbeat(every=5, timeout=2))),
        CLIENT,
        "closed_by_us",
        Strength.STRONG,
    ),
    (
        "black hole, as the server",
        scenario(acts.Change(at=8, black_hole=True), server=End(**KEEPALIVE)),
        SERVER,
        "silence",
        Strength.LIKELY,
    ),
    ("killed client", scenario(acts.Kill(at=7.3, end="client")), SERVER, "fin_by_peer", Strength.LIKELY),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_first_cause_is_the_right_one(case: tuple[str, Scenario, int, str, Strength], tmp_path: Path) -> None:
    what, played, end, key, strength = case
    with book_of(tmp_path / "capture", played) as book:
        found = diagnose(book.traces[end], others=list(book.traces.values()), halts=book.halts)
        assert found is not None, what
        assert (found.causes[0].key, found.causes[0].strength) == (key, strength), found.causes
        assert all(cause.evidence for cause in found.causes)
        assert found.headline and found.plain and found.other_end and found.steps
        assert {item.lesson for item in found.tries} <= LESSONS
        rows = len(book.traces[end].rows)
        assert all(step.row is None or 0 <= step.row < rows for step in found.steps)


def test_a_living_connection_has_no_diagnosis(tmp_path: Path) -> None:
    with book_of(tmp_path / "capture", scenario(duration=20)) as book:
        assert diagnose(book.traces[CLIENT]) is None


def test_what_repeats_itself_is_strong(tmp_path: Path) -> None:
    """Three connections of different age, idle for the same time: no preset is needed."""
    idle = Network(latency=0.05, idle_timeout=7)
    quiet = scenario(client=End(ping_interval=DEAD), network=idle)
    talked = scenario(client=End(ping_interval=DEAD, traffic=(Traffic(every=3, count=4),)), network=idle)
    again = scenario(client=End(ping_interval=DEAD, traffic=(Traffic(every=3, count=5),)), network=idle)
    with book_of(tmp_path / "capture", quiet, talked, again) as book:
        found = diagnose(book.traces[3], others=list(book.traces.values()))
        assert found is not None
        assert (found.causes[0].key, found.causes[0].strength) == ("idle_timer", Strength.STRONG)
        assert "as were 2 other connections" in found.causes[0].evidence
        assert found.tries[0].knob == "ping_interval" and found.tries[0].value == pytest.approx(2.3)


def test_what_ended_at_the_same_moment_repeats_nothing(tmp_path: Path) -> None:
    """One event may have ended both: the lab's runs all begin at the same time."""
    life = Network(latency=0.05, life_timeout=12)
    busy = scenario(server=End(traffic=(Traffic(every=1),)), network=life)
    busier = scenario(server=End(traffic=(Traffic(every=0.4),)), network=life)
    with book_of(tmp_path / "capture", busy, busier) as book:
        found = diagnose(book.traces[3], others=list(book.traces.values()))
        assert found is not None
        assert (found.causes[0].key, found.causes[0].strength) == ("fin_by_peer", Strength.LIKELY)


def test_a_machine_that_slept_is_named_first(tmp_path: Path) -> None:
    with book_of(tmp_path / "capture", scenario(acts.Freeze(at=4.9, end="server"))) as book:
        trace = book.traces[CLIENT]
        slept = diagnose(trace, halts=[Halt(trace.start, trace.end, is_sleep=True, slept=60_000_000_000)])
        assert slept is not None
        assert [(cause.key, cause.strength) for cause in slept.causes[:2]] == [
            ("asleep", Strength.LIKELY),
            ("silence", Strength.POSSIBLE),
        ]


def test_a_recorder_that_stood_still_leaves_nothing_strong(tmp_path: Path) -> None:
    """It reads before it looks at the deadline: no pong had come."""
    with book_of(tmp_path / "capture", scenario(acts.Freeze(at=4.9, end="server"))) as book:
        trace = book.traces[CLIENT]
        halt = Halt(trace.start + 5_200_000_000, trace.start + 8_000_000_000, is_sleep=False)
        found = diagnose(trace, halts=[halt])
        assert found is not None
        assert [(cause.key, cause.strength) for cause in found.causes[:2]] == [
            ("silence", Strength.LIKELY),
            ("asleep", Strength.POSSIBLE),
        ]
        assert not any("stood still" in item.why for item in found.ruled_out)


def test_a_late_pong_suggests_a_longer_timeout(tmp_path: Path) -> None:
    with book_of(tmp_path / "capture", scenario(acts.Change(at=9, latency=2))) as book:
        found = diagnose(book.traces[CLIENT])
        assert found is not None
        assert (found.tries[0].knob, found.tries[0].value) == ("ping_timeout", 10.0)  # 4.0 s × 1.6
        texts = [step.text for step in found.steps]
        assert any("too late, discarded" in text for text in texts)


def test_both_names_of_the_event_are_told(tmp_path: Path) -> None:
    with book_of(tmp_path / "capture", scenario(acts.Close(at=3, end="client", code=4001, reason="enough"))) as book:
        here, there = diagnose(book.traces[CLIENT]), diagnose(book.traces[SERVER])
        assert here is not None and there is not None
        assert here.other_end == (
            "The server says: received 4001 (private use) enough; then sent 4001 (private use) enough."
        )
        assert there.headline.endswith("received 4001 (private use) enough; then sent 4001 (private use) enough")
