"""Does a run go on as fast as was asked for, and do controls act on it or on the next?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab.scenario import Change, Scenario, Turn
from framescope.ui.lab.player import SPEEDS, Player
from helpers.shipped_lessons import all_lessons

LESSONS = {lesson.name: lesson for lesson in all_lessons()}
KEEPALIVE = LESSONS["keepalive-ping-timeout"].scenario


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(clock: Clock, qapp: object) -> Any:
    player = Player(monotonic=clock)
    player.load(KEEPALIVE)
    yield player
    player.pause()


def pass_time(player: Player, clock: Clock, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        clock.now += 0.1
        player.tick()


@pytest.mark.parametrize(("speed", "factor"), [("1×", 1), ("10×", 10)])
def test_the_run_goes_on_with_the_clock(player: Player, clock: Clock, speed: str, factor: int) -> None:
    player.choose_speed(speed)
    player.play()
    pass_time(player, clock, 1.0)
    assert player.run.now == pytest.approx(factor) and player.is_playing


def test_another_speed_holds_from_now_on(player: Player, clock: Clock) -> None:
    player.choose_speed("1×")
    player.play()
    pass_time(player, clock, 1.0)
    player.choose_speed("10×")
    pass_time(player, clock, 1.0)
    assert player.run.now == pytest.approx(11)
    player.choose_speed("instant")
    assert player.run.is_over and not player.is_playing


def test_a_pause_lasts(player: Player, clock: Clock) -> None:
    player.toggle()
    pass_time(player, clock, 0.5)
    player.toggle()
    clock.now += 60
    assert not player.is_playing
    player.toggle()
    pass_time(player, clock, 0.1)
    assert player.run.now == pytest.approx(6)


def test_a_window_that_stood_still_does_not_jump(player: Player, clock: Clock) -> None:
    player.choose_speed("1×")
    player.play()
    clock.now += 30
    player.tick()
    assert player.run.now == 0.25


def test_at_the_end_it_stops_and_the_next_run_begins_anew(player: Player, clock: Clock, qtbot: Any) -> None:
    player.play()
    with qtbot.waitSignal(player.playing_changed) as changed:
        pass_time(player, clock, 5.3)
    assert changed.args == [False] and player.run.is_over
    ended = player.run
    player.play()
    assert player.run is not ended and player.run.now == 0.0


def test_instant_is_the_whole_run(player: Player) -> None:
    player.choose_speed(SPEEDS[2])
    player.play()
    assert player.run.is_over and player.run.notebook.of("client", "raised")


def test_a_step_goes_to_the_next_event(player: Player) -> None:
    player.step()
    first = player.run.now
    player.step()
    assert 0 < first < player.run.now and not player.is_playing


def test_before_the_run_a_control_alters_the_scenario(player: Player, qtbot: Any) -> None:
    with qtbot.waitSignals([player.renewed, player.turned]):
        player.do(Turn(at=0, end="client", knob="ping_timeout", value=5.0))
    assert player.scenario.client.ping_timeout == 5.0 and player.run.inputs == []
    assert player.timeouts(False).ping_timeout == 5.0


def test_during_the_run_it_belongs_to_the_run(player: Player, clock: Clock) -> None:
    player.play()
    pass_time(player, clock, 0.2)
    player.do(Change(at=0, latency=0.1))
    assert player.conditions().latency == 0.1 and player.scenario is KEEPALIVE
    assert [act.at for act in player.run.inputs] == [player.run.now]
    player.restart()
    assert player.conditions().latency == 0.55


def test_after_the_run_it_holds_for_the_next(player: Player) -> None:
    player.choose_speed("instant")
    player.play()
    ended = player.run
    assert player.conditions().is_black_hole and not player.is_pending
    player.do(Change(at=0, latency=0.1))
    assert player.run is ended and player.is_pending
    assert player.conditions().latency == 0.1 and not player.conditions().is_black_hole
    player.play()
    assert player.run.path.conditions.latency == 0.1 and not player.is_pending


def test_a_look_back_shows_the_run_as_it_was(player: Player, clock: Clock, qtbot: Any) -> None:
    player.play()
    pass_time(player, clock, 1.5)
    whole = player.run
    with qtbot.waitSignal(player.travelled):
        player.look_at(8.0)
    assert player.is_back and player.run.now == 8.0 and not player.is_playing and player.whole is whole
    assert not player.conditions().is_black_hole and whole.path.conditions.is_black_hole
    earlier = player.run
    player.look_at(9.0)
    assert player.run is earlier and player.conditions().is_black_hole  # forward needs no new beginning
    player.look_at(99.0)
    assert player.run is whole and not player.is_back


def test_from_there_it_goes_on_as_it_went(player: Player, clock: Clock) -> None:
    player.play()
    pass_time(player, clock, 1.5)
    whole, notes = player.run, list(player.run.notebook.notes)
    player.look_at(2.0)
    player.play()
    pass_time(player, clock, 1.0)
    assert player.is_back and player.run.notebook.notes == [note for note in notes if note.time <= player.run.now]
    pass_time(player, clock, 0.5)
    assert player.run is whole and player.run.now == pytest.approx(17.0) and whole.notebook.notes[: len(notes)] == notes


@pytest.mark.parametrize("speed", ["1×", "instant"])
def test_the_end_can_be_reached_again_from_anywhere(player: Player, clock: Clock, speed: str) -> None:
    player.choose_speed("instant")
    player.play()
    end = player.run
    player.look_at(50.0)
    player.choose_speed(speed)
    player.play()
    if speed != "instant":
        pass_time(player, clock, 1.0)
    assert player.run is end and end.is_over and not player.is_playing
    player.look_at(50.5)
    while player.is_back:
        player.step()
    assert player.run is end


def test_a_control_turned_at_an_earlier_moment_makes_another_run(player: Player, clock: Clock) -> None:
    player.play()
    pass_time(player, clock, 0.2)
    player.do(Change(at=0, latency=0.1))
    pass_time(player, clock, 0.6)
    player.do(Change(at=0, black_hole=True))
    pass_time(player, clock, 0.4)
    player.look_at(4.0)
    player.do(Turn(at=0, end="client", knob="ping_timeout", value=9.0))
    assert not player.is_back and player.run.now == 4.0
    assert [type(act).__name__ for act in player.run.inputs] == ["Change", "Turn"]
    assert player.conditions().latency == 0.1 and not player.conditions().is_black_hole
    player.run.run_until(8.2)
    assert not player.conditions().is_black_hole  # what was done afterwards is no more


def test_what_was_done_by_hand_can_be_done_again(player: Player, clock: Clock) -> None:
    player.play()
    pass_time(player, clock, 0.2)
    player.do(Change(at=0, latency=0.1))
    pass_time(player, clock, 0.2)
    player.do(Change(at=0, black_hole=True))
    player.choose_speed("instant")
    first = player.run
    player.restart()
    assert len(player.changes) == 2 and player.run.inputs == [] and player.conditions().latency == 0.55
    player.restart()
    assert len(player.changes) == 2  # they stay until another run has its own
    player.choose_speed("10×")
    player.repeat()
    pass_time(player, clock, 0.3)
    assert player.is_playing and player.conditions().latency == 0.1 and len(player.run.inputs) == 1
    player.repeat()  # before all of them were done: none is lost
    assert len(player.changes) == 2
    player.choose_speed("instant")
    assert player.run.is_over and player.run.notebook.notes == first.notebook.notes
    player.load(KEEPALIVE)
    assert player.changes == ()


def test_loading_stops_what_runs(player: Player, clock: Clock) -> None:
    player.play()
    player.load(Scenario(duration=5))
    assert not player.is_playing and not player.has_begun and player.run.scenario.duration == 5
