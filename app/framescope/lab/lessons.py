"""Where do lessons come from, and is a lesson sound? Files of resources/lessons, read and tried."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from framescope.engine.settings import BadKnob
from framescope.lab.lesson import NOT_SEEN, Expectation, Lesson, filled
from framescope.lab.lesson_sense import nonsense_in
from framescope.lab.lesson_words import mistake
from framescope.lab.notebook import Notebook
from framescope.lab.runner import Run
from framescope.resources import resource

SEEDS = (1, 2, 3)  #: with which a lesson has to end as its text says


class BadLesson(ValueError):
    """A file is no lesson, in words for whoever wrote it."""


def read_lesson(file: Path) -> Lesson:
    """Read one lesson. Raises BadLesson, which names the file, the place in it, and what is wrong there.

    A program writes a lesson as JSON, with the same names.
    """
    try:
        text = file.read_text("utf-8")
        table = msgspec.json.decode(text) if file.suffix == ".json" else tomllib.loads(text)
        if not table:
            raise BadLesson(f"{file.name} is empty: copy a lesson and change it")
        lesson = msgspec.convert(table, Lesson)
    except OSError as error:
        raise BadLesson(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadLesson(f"{file.name} is no text file (UTF-8), so it is no lesson") from error
    except tomllib.TOMLDecodeError as error:
        raise BadLesson(f"{file.name} is no TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise BadLesson(f"{file.name}: {mistake(error)}") from error
    except msgspec.DecodeError as error:
        raise BadLesson(f"{file.name} is no JSON: {error}") from error
    except RecursionError:
        raise BadLesson(f"{file.name} has too many brackets in one another to be a lesson") from None
    faults = nonsense_in(lesson)
    if faults:
        raise BadLesson("\n".join(f"{file.name}: {fault}" for fault in faults))
    return lesson


def known_lessons(own: Path) -> tuple[list[Lesson], list[str]]:
    """Return the shipped lessons and, after them, those in the folder `own`; and what is wrong with their files."""
    faults: list[str] = []
    shipped = (lesson for _, lesson in _sound_lessons(resource("lessons"), faults))
    lessons = sorted(shipped, key=lambda lesson: lesson.number)
    last = max((lesson.number for lesson in lessons), default=0)
    for file, lesson in _sound_lessons(own, faults):
        if any(lesson.name == each.name for each in lessons):
            faults.append(f"{file.name}: there is a lesson called {lesson.name} already")
        else:
            last += 1
            lessons.append(msgspec.structs.replace(lesson, number=last))
    return lessons, faults


def _sound_lessons(folder: Path, faults: list[str]) -> Iterator[tuple[Path, Lesson]]:
    """Read those of a folder's files that are lessons; what is wrong with the others goes to `faults`."""
    try:
        files = sorted(folder.glob("*.toml"))
    except OSError as error:
        faults.append(f"{folder}: {error.strerror or error}")
        return
    for file in files:
        try:
            yield file, read_lesson(file)
        except BadLesson as error:
            faults += str(error).splitlines()


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
    faults: list[str] = []
    notebooks = {seed: play(lesson, seed).notebook for seed in seeds}
    faults += _left_blank(lesson, next(iter(notebooks.values())))
    for place, expectation in enumerate(lesson.seen, 1):
        refuted = {seed: words for seed, book in notebooks.items() if (words := expectation.refuted_by(book))}
        if refuted:
            with_seeds = "" if len(refuted) == len(notebooks) else f" (seed {', '.join(map(str, refuted))})"
            told = next(iter(refuted.values()))
            faults.append(f"[[seen]], no. {place}: expected {_words(expectation)}; the run shows {told}{with_seeds}")
    right = {_right_answers(lesson, notebook) for notebook in notebooks.values()}
    if any(len(answers) != 1 for answers in right):
        told = " or ".join(", ".join(f"“{text}”" for text in answers) or "none" for answers in sorted(right))
        faults.append(f"exactly one answer has to be right; what the run shows fits: {told}")
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


def _left_blank(lesson: Lesson, notebook: Notebook) -> Iterator[str]:
    question = lesson.question
    texts = [lesson.text, question.text, question.explanation]
    texts += [text for answer in question.answers for text in (answer.text, answer.why)]
    for text in texts:
        for blank in re.findall(r"\{.*?\}", text):
            if filled(blank, notebook) == blank:
                yield f"the blank {blank} names nothing that a run shows; write {{client raised}}"
            elif filled(blank, notebook) == NOT_SEEN:
                yield f"the blank {blank} stays empty: that does not happen in the run"


def _right_answers(lesson: Lesson, notebook: Notebook) -> tuple[str, ...]:
    return tuple(answer.text for answer in lesson.question.answers if answer.is_right(notebook))


def _words(expectation: Expectation) -> str:
    times = (("at", expectation.at), ("before", expectation.before), ("after", expectation.after))
    words = [f"{expectation.who}: {expectation.kind}"]
    words += [f"{name} {value:g} s" for name, value in times if value is not None]
    words += [f"with “{text}”" for text in (expectation.text, expectation.every) if text]
    if expectation.count is not None:
        words.append(f"{expectation.count} times")
    if expectation.at_least is not None:
        words.append(f"at least {expectation.at_least} times")
    return " ".join(words)
