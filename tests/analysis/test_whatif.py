"""Does the replay say what a ping-by-ping simulation says, and does it admit what was not recorded?"""

from __future__ import annotations

from math import inf
from pathlib import Path
from random import Random
from time import process_time

import pytest

from framescope.analysis.book import TraceBook
from framescope.analysis.whatif import (
    PROGRESS_EVERY,
    Fate,
    Recording,
    Sample,
    Stopped,
    Verdict,
    fates,
    recording_of,
    rounded_up,
    suggestion,
)
from framescope.capture.reader import CaptureReader
from framescope.engine.keepalive import Keepalive
from framescope.lab import scenario as acts
from framescope.lab.runner import Run, capture_writer
from framescope.lab.scenario import End, Network, Scenario


def recording(*samples: tuple[float, float | None], end: float = 200.0, last_heard: float | None = None) -> Recording:
    heard = [sent + rtt for sent, rtt in samples if rtt is not None]
    return Recording(
        0.0, end, max(heard, default=0.0) if last_heard is None else last_heard, tuple(map(Sample._make, samples))
    )


#: The connection of the picture: pongs ever later, the last one 7.4 s too late.
SLOW = recording(
    *((20.0 * n, 0.041) for n in range(1, 4)), (80.0, 2.1), (100.0, 6.8), (120.0, 14.9), (140.23, 27.4), end=170.2
)


def fate(of: Recording, timeout: float, interval: float = 20.0) -> Fate:
    return fates(of, [(interval, timeout)])[0]


def test_the_setting_that_was_in_force_gives_what_happened() -> None:
    found = fate(SLOW, 20.0)
    assert (found.verdict, found.ping, found.time) == (Verdict.CLOSED, 140.0, 160.0)
    assert found.is_false and found.false_closes == 1


def test_a_shorter_timeout_closes_earlier_and_more_often() -> None:
    found = fate(SLOW, 5.0)
    assert (found.ping, found.time, found.false_closes) == (100.0, 105.0, 3)


def test_a_longer_timeout_survives_what_was_recorded() -> None:
    found = fate(SLOW, 45.0)
    assert (found.verdict, found.time, found.false_closes) == (Verdict.SURVIVED, 170.2, 0)


def test_a_deadline_behind_the_end_is_not_recorded() -> None:
    silent = recording((20.0, 0.1), (40.0, None), end=60.0)
    assert fate(silent, 10.0).time == 50.0
    assert fate(silent, 30.0)[2:4] == (Verdict.NOT_RECORDED, 60.0)


def test_a_dead_peer_is_noticed_so_much_later() -> None:
    dead = recording((20.0, 0.1), (40.0, None), end=100.0, last_heard=31.0)
    found = fate(dead, 10.0)
    assert (found.is_false, found.noticed_after) == (False, 19.0)


def test_a_ping_between_takes_the_nearest_round_trip_within_one_interval() -> None:
    found = fates(recording((20.0, 0.1), (40.0, 9.0), end=60.0), [(15.0, 5.0)])[0]
    assert (found.ping, found.time) == (45.0, 50.0)  # 30 is as near to 20 as to 40: it takes the earlier one's
    assert fates(recording((20.0, 0.1), (40.0, 9.0), end=60.0), [(16.0, 5.0)])[0].ping == 32.0


def test_a_ping_far_from_all_recorded_ones_is_not_recorded() -> None:
    found = fate(recording((20.0, 0.1), (40.0, 0.1), end=200.0), 5.0)
    assert found[2:4] == (Verdict.NOT_RECORDED, 80.0)
    assert fate(recording(end=30.0), 5.0)[2:4] == (Verdict.NOT_RECORDED, 20.0)


def test_a_suggestion_has_its_reason() -> None:
    found = suggestion(SLOW)
    assert found is not None
    assert (found.timeout, found.reason) == (45.0, "worst round trip 27.4 s × 1.6")
    assert suggestion(recording((20.0, None))) is None


def test_a_ping_that_a_living_peer_left_unanswered_counts_and_a_dead_ones_does_not() -> None:
    alive = suggestion(recording((3.0, 0.04), (4.0, None), end=5.0, last_heard=4.9))
    assert alive is not None and (alive.timeout, alive.reason) == (2.0, "a ping unanswered for 1 s × 1.6")
    dead = suggestion(recording((3.0, 0.04), (4.0, None), end=5.0, last_heard=3.9))
    assert dead == (1.0, "worst round trip 0.04 s × 1.6, at least 1 s")


@pytest.mark.parametrize(
    ("value", "up"),
    [(0.0656, 0.1), (0.1, 0.1), (0.11, 0.2), (0.3, 0.5), (3.4, 5), (9.9, 10), (10.1, 15), (43.84, 45), (45, 45)],
)
def test_values_are_rounded_up_to_what_people_set(value: float, up: float) -> None:
    assert rounded_up(value) == up


def simulated(of: Recording, interval: float, timeout: float) -> tuple[Verdict, float]:
    """Go from one event to the next with the real deadlines, as a connection does; nothing shared but Keepalive."""
    keepalive = Keepalive(interval, timeout)
    keepalive.start(of.opened)
    now, pong_at = of.opened, inf
    while True:
        moments = [moment for moment in (keepalive.next_ping, keepalive.pong_due, pong_at) if moment is not None]
        now = max(now, min(moments))
        if now > of.end:
            unanswered = keepalive.pong_due is not None and pong_at == inf
            return (Verdict.NOT_RECORDED if unanswered else Verdict.SURVIVED), of.end
        if pong_at <= now and not (keepalive.is_expired(now) and pong_at > keepalive.pong_due):
            keepalive.pong_received(b"p")
            pong_at = inf
        elif keepalive.is_expired(now):
            return Verdict.CLOSED, now
        elif keepalive.is_ping_due(now):
            near = [sample for sample in of.samples if abs(sample.sent - now) <= interval]
            if not near:
                # Its pong may take until the recording's end, or not; only a deadline before that matters.
                return (Verdict.NOT_RECORDED, now) if now + timeout <= of.end else (Verdict.SURVIVED, of.end)
            nearest = min(near, key=lambda sample: abs(sample.sent - now))
            pong_at = inf if nearest.rtt is None else now + nearest.rtt
            keepalive.ping_queued(b"p", now, is_keepalive=True)
            keepalive.ping_written(b"p", now)


def random_recording(random: Random) -> Recording:
    samples, now = [], random.uniform(0, 5)
    interval = random.choice([1.0, 5.0, 20.0])
    for _ in range(random.randrange(1, 30)):
        now += interval * random.uniform(0.5, 2.5)
        rtt = random.choice([random.uniform(0, 0.2), random.uniform(0, 30), random.expovariate(1)])
        samples.append((now, rtt))
        now += rtt
    if random.random() < 0.4:
        samples[-1] = (samples[-1][0], None)
    end = now + random.uniform(0, 40)
    return recording(*samples, end=end)


def test_a_thousand_random_traces_end_as_the_simulation_says() -> None:
    random = Random(20261122)
    seen: set[Verdict] = set()
    for _ in range(1000):
        of = random_recording(random)
        interval = random.choice([0.7, 2.0, 5.0, 13.0, 20.0, 60.0])
        timeout = random.choice([0.05, 0.5, 2.0, 7.0, 20.0, 45.0])
        found = fates(of, [(interval, timeout)])[0]
        verdict, time = simulated(of, interval, timeout)
        assert found.verdict is verdict, (of, interval, timeout, found, verdict, time)
        assert found.time == pytest.approx(time)
        seen.add(found.verdict)
    assert seen == set(Verdict)


def day(pings: int) -> Recording:
    random = Random(1)
    return recording(*((20.0 * n, random.uniform(0.03, 3.0)) for n in range(1, pings + 1)), end=20.0 * pings + 15)


def test_sixty_settings_over_eleven_hours_are_quick() -> None:
    settings = [(20.0, float(timeout)) for timeout in range(1, 61)]
    of = day(2000)
    start = process_time()
    found = fates(of, settings)
    assert process_time() - start < 1.0  # the bound of packaging/bench is 0.2 s
    assert {each.verdict for each in found} == {Verdict.CLOSED, Verdict.SURVIVED}


def test_progress_is_told_and_can_stop_it() -> None:
    told: list[int] = []
    of = day(3 * PROGRESS_EVERY)
    fates(of, [(20.0, 5.0)], progress=lambda played: told.append(played) is None)
    assert told == [PROGRESS_EVERY, 2 * PROGRESS_EVERY, 3 * PROGRESS_EVERY]
    with pytest.raises(Stopped):
        fates(of, [(20.0, 5.0)], progress=lambda played: False)


def test_a_trace_is_read_from_its_opening_on(tmp_path: Path) -> None:
    writer = capture_writer(tmp_path / "capture")
    scenario = Scenario(
        duration=100,
        client=End(ping_interval=2, ping_timeout=3, close_timeout=2),
        network=Network(latency=0.5),
        script=(acts.Change(at=8.3, black_hole=True),),
    )
    Run(scenario, writer=writer).run()
    writer.close()
    reader = CaptureReader(tmp_path / "capture")
    book = TraceBook(reader)
    book.poll()
    of = recording_of(book.traces[1])
    reader.close()
    assert of is not None
    assert of.opened == pytest.approx(1.0)
    assert [(round(s.sent, 3), s.rtt and round(s.rtt, 3)) for s in of.samples] == [(3, 1), (5, 1), (7, 1), (9, None)]
    assert fate(of, 3.0, 2.0)[2:5] == (Verdict.CLOSED, pytest.approx(12.0), pytest.approx(9.0))
