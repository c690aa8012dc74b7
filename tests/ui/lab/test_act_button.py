"""Does an end's menu offer what can be done to it now, and does each of its acts reach the run?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab import scenario as acts
from framescope.lab.runner import Run
from framescope.lab.scenario import Network, Scenario
from framescope.ui.lab.act_button import ActButton, acts_for
from framescope.ui.theme import Look


@pytest.fixture
def run() -> Run:
    run = Run(Scenario(duration=60, network=Network(latency=0.1)))
    run.run_until(1.0)
    return run


@pytest.fixture
def button(look: Look, qtbot: Any) -> ActButton:
    button = ActButton(look, is_server=True)
    qtbot.addWidget(button)
    return button


def words(run: Run) -> list[str]:
    return [text for group in acts_for(run.server, "server") for text, _ in group]


def test_nothing_is_offered_without_an_end(button: ActButton, run: Run) -> None:
    assert not button.isEnabled() and button.menu_of_acts() is None
    assert "while a run goes on" in button.toolTip()
    button.show_end(run.server)
    assert button.isEnabled() and "of the server" in button.toolTip()
    run.do(acts.Kill(at=0.0, end="server"))
    button.show_end(run.server)
    assert not button.isEnabled()


def test_every_act_of_the_menu_reaches_the_run(button: ActButton, run: Run) -> None:
    asked: list[acts.Acts] = []
    button.asked.connect(asked.append)
    button.show_end(run.server)
    menu = button.menu_of_acts()
    assert menu is not None
    for action in menu.actions():
        if not action.isSeparator():
            action.trigger()
    assert len(asked) == len(words(run)) == 9
    for act in asked:
        again = run.replayed(run.now)
        again.do(act)
        again.run_until(20.0)
        assert again.notebook.notes != run.notebook.notes, act


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        (acts.Freeze(at=0.0, end="server"), "Let the process stand still", "Let the process go on"),
        (acts.Behave(at=0.0, end="server", handling=1.0), "Take 1 s for each message", "Handle messages at once"),
        (acts.Behave(at=0.0, end="server", pongs="swallow"), "Leave pings unanswered", "Answer pings again"),
    ],
)
def test_what_was_done_can_be_undone(run: Run, act: acts.Acts, before: str, after: str) -> None:
    assert before in words(run) and after not in words(run)
    run.do(act)
    assert before not in words(run) and after in words(run)


def test_a_process_that_stands_still_can_only_go_on_or_be_killed(run: Run) -> None:
    run.do(acts.Freeze(at=0.0, end="server"))
    assert words(run) == ["Let the process go on", "Kill the process"]
