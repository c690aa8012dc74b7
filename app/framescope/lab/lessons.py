"""Where do lessons come from, and is a lesson sound? Files of resources/lessons, read and tried."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from framescope.engine.settings import BadKnob
from framescope.lab.lesson import Lesson, blanks
from framescope.lab.notebook import KINDS
from framescope.lab.runner import Run
from framescope.resources import resource

SEEDS = (1, 2, 3)  #: with which a lesson has to end as its text says


class BadLesson(ValueError):
    """A file is no lesson, in words for whoever wrote it."""


def read_lesson(file: Path) -> Lesson:
    """Read one lesson. Raises BadLesson, which names the place in the file."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Lesson)
    except OSError as error:
        raise BadLesson(f"{file}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLesson(f"{file.name} is no TOML: {error}") from error
    except (msgspec.ValidationError, ValueError) as error:
        raise BadLesson(f"{file.name}: {error}") from error


def all_lessons(folder: Path | None = None) -> list[Lesson]:
    """Read every lesson of a folder, in the order of their numbers; the shipped ones without a folder."""
    files = (folder or resource("lessons")).glob("*.toml")
    return sorted((read_lesson(file) for file in files), key=lambda lesson: lesson.number)


def play(lesson: Lesson, seed: int = SEEDS[0]) -> Run:
    """Play a lesson at once, to its end. Raises BadLesson."""
    try:
        run = Run(lesson.scenario, seed)
    except BadKnob as error:
        raise BadLesson(f"{lesson.name}: {error}") from error
    run.run()
    return run


def faults_of(lesson: Lesson, seeds: Sequence[int] = SEEDS) -> list[str]:
    """Try a lesson: does the run show what the lesson says, and does it decide the question? One line a fault."""
    faults = []
    for who, kind in blanks(f"{lesson.text}{lesson.question.explanation}{_answers(lesson)}"):
        if kind not in KINDS:
            faults.append(f"the blank {{{who} {kind}}} names nothing that a run shows")
    if lesson.question.decided > lesson.scenario.duration:
        faults.append("the question is decided after the scenario's end")
    right: set[tuple[int, ...]] = set()
    for seed in seeds:
        notebook = play(lesson, seed).notebook
        for expectation in lesson.seen:
            refutation = expectation.refuted_by(notebook)
            if refutation:
                faults.append(f"seed {seed}: expected {_words(expectation)}, seen: {refutation}")
        right.add(tuple(n for n, answer in enumerate(lesson.question.answers) if answer.is_right(notebook)))
    if any(len(answers) != 1 for answers in right):
        told = " or ".join(", ".join(lesson.question.answers[n].text for n in answers) or "none" for answers in right)
        faults.append(f"exactly one answer has to be right; the runs bear out: {told}")
    elif len(right) > 1:
        faults.append("another answer is right with another seed")
    return faults


def right_answer(lesson: Lesson, run: Run) -> int | None:
    """Return the place of the answer that a run bears out, once it has passed the moment asked about."""
    if run.now < lesson.question.decided and not run.is_over:
        return None
    for place, answer in enumerate(lesson.question.answers):
        if answer.is_right(run.notebook):
            return place
    return None


def _answers(lesson: Lesson) -> str:
    return "".join(f"{answer.text}{answer.why}" for answer in lesson.question.answers)


def _words(expectation: object) -> str:
    told = msgspec.to_builtins(expectation)
    defaults = {"within", "text"} if not told.get("text") else {"within"}
    return ", ".join(f"{name} {value}" for name, value in told.items() if value is not None and name not in defaults)
