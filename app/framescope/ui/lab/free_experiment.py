"""What is the experiment without a lesson? Its scenario, and the lesson that stands for it. Qt-free.

The command that asks the real library takes lessons.
"""

from __future__ import annotations

import msgspec

from framescope.lab.lesson import Answer, Lesson, Question
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Network, Scenario, Traffic

FREE_NAME = ""  #: where a lesson has its name
FREE_TITLE = "Free experiment"
#: Both ends talk, and everything else is the person's.
FREE = Scenario(
    duration=600,
    client=End(ping_interval=5, ping_timeout=5, close_timeout=5, traffic=(Traffic(every=1.7, start=0.4),)),
    server=End(traffic=(Traffic(every=1.1, start=0.2),)),
    network=Network(latency=0.2, jitter=0.02),
)
FREE_FOCUS = 30.0  #: s in view at first, and of what the real library is asked about before the run
_SOON = 21.0  # s of a run played ten times as fast: what the real library gets for its last word


def as_lesson(scenario: Scenario, reached: float) -> Lesson:
    """Return a lesson that does the same up to the moment `reached`, or until an end has raised soon after it."""
    run = Run(scenario)
    run.run_until(min(scenario.duration, reached + 2 * _SOON))
    duration = min(reached or FREE_FOCUS, scenario.duration)
    for time in sorted(note.time for who in ("client", "server") for note in run.notebook.of(who, "raised")):
        duration = time if duration < time <= duration + _SOON else duration
    answers = tuple(Answer(text=text, shown=()) for text in ("Yes", "No"))
    return Lesson(
        number=0,
        name="free-experiment",
        title=FREE_TITLE,
        minutes=1,
        text=FREE_TITLE,
        scenario=msgspec.structs.replace(
            scenario, duration=duration, script=tuple(act for act in scenario.script if act.at <= duration)
        ),
        question=Question(text=FREE_TITLE, answers=answers, decided=duration, explanation=FREE_TITLE),
        seen=(),
        reading=(),
    )
