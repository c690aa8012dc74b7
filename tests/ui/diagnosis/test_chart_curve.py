"""Does the chart's curve say exactly from which ping_timeout on what would have happened?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from framescope.analysis.whatif import Recording, Sample, Stopped, Verdict, fates
from framescope.ui.diagnosis.chart_curve import curve_of, is_quick, pings_to_play, since

#: Pings every 20 s, the pong later each time; the last one 7.4 s after a deadline of 20 s.
LATE = Recording(
    0.0, 170.0, 169.0, (Sample(80, 2.1), Sample(100, 6.8), Sample(120, 14.9), Sample(140.23, 27.4)),
)  # fmt: skip
SILENT = Recording(0.0, 50.0, 21.0, (Sample(20, 0.1), Sample(40, None)))


def test_each_stretch_is_of_one_ping_and_they_meet() -> None:
    curve = curve_of(LATE, 20, 20, 45)
    assert curve.span == 60 and curve.stretches[0].start == 0 and curve.stretches[-1].end == 60
    assert all(before.end == after.start for before, after in pairwise(curve.stretches))
    closed = [stretch for stretch in curve.stretches if stretch.verdict is Verdict.CLOSED]
    assert all(stretch.last - stretch.first == pytest.approx(stretch.end - stretch.start) for stretch in closed)


def test_the_borders_are_the_round_trips() -> None:
    recording = Recording(0.0, 90.0, 89.0, (Sample(20, 2.1), Sample(42.1, 6.8), Sample(68.9, 0.3)))
    curve = curve_of(recording, 20, 20, None)
    assert [stretch.end for stretch in curve.stretches][:2] == pytest.approx([2.1, 6.8])
    assert curve.survives_from == pytest.approx(6.8)
    assert curve.suggested is None


def test_now_and_the_suggestion_are_on_the_curve() -> None:
    curve = curve_of(LATE, 20, 20, 45)
    assert curve.now is not None and curve.suggested is not None
    for mark in (curve.now, curve.suggested):
        (fate,) = fates(LATE, [(20, mark.timeout)])
        assert (mark.verdict, mark.alive) == (fate.verdict, fate.time)
    assert curve_of(LATE, 20, None, None).now is None


def test_what_passes_behind_the_recording_is_not_recorded() -> None:
    curve = curve_of(SILENT, 20, 5, None)
    assert curve.stretches[-1].verdict is Verdict.NOT_RECORDED or curve.survives_from is None
    curve = curve_of(SILENT, 20, 20, None)
    (last,) = [stretch for stretch in curve.stretches if stretch.verdict is Verdict.NOT_RECORDED]
    assert last.start == pytest.approx(10.0, abs=0.2)  # the ping at 40 s and the end at 50 s
    assert curve.survives_from == last.start


def test_nothing_survives_from_nothing() -> None:
    all_alive = Recording(0.0, 10.0, 10.0, (Sample(5, 0.0),))
    assert curve_of(all_alive, 5, 1, None).survives_from is None


def test_an_interval_is_replayed_from_when_it_was_set() -> None:
    """ping_interval was turned from 20 s to 1 s, and the next ping left at 8 s."""
    turned = Recording(0.0, 12.0, 11.9, (Sample(8, 0.1), Sample(9, 0.1), Sample(10, 1.8)))
    assert curve_of(turned, 1, 1, None).stretches[0].verdict is Verdict.NOT_RECORDED
    told = since(turned, 1, 7.9)
    assert told.opened == 7.0 and told.samples == turned.samples
    curve = curve_of(told, 1, 1, None)
    assert curve.now is not None and (curve.now.verdict, curve.now.alive) == (Verdict.CLOSED, 11.0)
    assert since(turned, 1, 11.0) == turned  # no ping since
    assert since(turned, 20, 7.9).opened == 0.0


def test_long_recordings_are_not_played_unasked() -> None:
    assert pings_to_play(LATE, 20) == 8 and is_quick(LATE, 20)
    assert not is_quick(LATE, 0.01)


def test_a_replay_can_be_stopped() -> None:
    long = Recording(0.0, 9000.0, 9000.0, tuple(Sample(float(n), 0.1) for n in range(1, 9000)))
    told: list[int] = []

    def progress(played: int) -> bool:
        told.append(played)
        return False

    with pytest.raises(Stopped):
        curve_of(long, 1, 20, None, progress=progress)
    assert told == [4096]
