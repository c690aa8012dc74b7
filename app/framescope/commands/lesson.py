"""What can be done with lessons without a window? List them, play one, try a file that somebody wrote."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from framescope.analysis.units import format_seconds
from framescope.analysis.visible import visible
from framescope.commands.lines_out import to_stdout
from framescope.commands.stored import complain, refusal
from framescope.lab.lesson import Lesson, filled
from framescope.lab.lessons import SEEDS, BadLesson, faults_of, known_lessons, play, read_lesson, right_answer
from framescope.lab.notebook import Note, Notebook
from framescope.lab.runner import Run, capture_writer
from framescope.lab.scenario import Scenario
from framescope.lab.staging import GRACE, Staged, compare, is_installed, scaled, stage, why_not
from framescope.places import lessons_folder

VERSION = 1  #: of the JSON lines
_PATIENCE = 10.0  #: s that a run may take without a word about it


def list_lessons(*, is_json: bool) -> int:
    """Print every lesson, the user's own at the end."""
    for lesson in _lessons():
        if is_json:
            _say_json("lesson", number=lesson.number, name=lesson.name, title=lesson.title, minutes=lesson.minutes)
        else:
            _say(f"{lesson.number:>3}  {lesson.name:<26} {lesson.title} ({lesson.minutes} min)")
    return 0


def check_lesson(file: Path) -> int:
    """Try a lesson's file; 1 when it is not sound."""
    try:
        lesson = read_lesson(file)
        faults = [f"{file.name}: {fault}" for fault in faults_of(lesson)]
    except BadLesson as error:
        faults = str(error).splitlines()
    for fault in faults:
        complain(fault)
    if not faults:
        _say(f"“{lesson.title}” ends as it says, with {len(SEEDS)} seeds.")
    return 1 if faults else 0


def run_lesson(
    name: str,
    *,
    speed: float | None,
    is_json: bool,
    seed: int,
    record: Path | None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Play a lesson by name, number or file: at once (None), or so many times as fast. 1 for an unknown name."""
    try:
        lesson = _find(name)
        script = play(lesson, seed).notebook
    except BadLesson as error:
        _complain_of(error)
        return 1
    try:
        writer = None if record is None else capture_writer(record)
    except OSError as error:
        complain(refusal(record or Path(), error))
        return 1
    if speed is not None and script.notes and not is_json:
        _announce(script.notes[-1].time / speed, "--instant plays it at once")
    _introduce(lesson, script, is_json=is_json)
    run = Run(lesson.scenario, seed, writer=writer)
    _play(run, is_json=is_json, sleep=lambda seconds: None if speed is None else sleep(seconds / speed))
    if writer is not None:
        run.flush()
        writer.close()
    _conclude(lesson, run, is_json=is_json)
    return 0


def run_with_the_real_library(name: str, *, is_json: bool, speed: float) -> int:
    """Play a lesson with `websockets` itself, in real time; 1 when it says something else, 2 when it cannot be done."""
    try:
        lesson = _find(name)
        run = play(lesson)
    except BadLesson as error:
        _complain_of(error)
        return 2
    reason = "websockets is not installed" if not is_installed() else why_not(lesson.scenario)
    if reason:
        complain(f"this lesson cannot be played with the real library: {reason}")
        return 2
    scenario = scaled(lesson.scenario, 1 / speed)
    if not is_json:
        _announce(scenario.duration + GRACE, "--speed makes it shorter")
    staged = asyncio.run(_stage(scenario))
    if isinstance(staged, int):
        return 128 + staged
    compared = compare(run, staged)
    for each in compared:
        if is_json:
            _say_json("compared", who=each.who, ours=each.ours, theirs=each.theirs, same=each.is_same)
        else:
            to_stdout(f"{each.who}: {'the same' if each.is_same else 'differs'}")
            to_stdout(f"    Framescope:  {each.ours or 'still open'}")
            to_stdout(f"    websockets:  {each.theirs or 'still open'}")
    return 0 if all(each.is_same for each in compared) else 1


async def _stage(scenario: Scenario) -> Staged | int:
    """Play with the real library; the number of the signal that ended it, and with it the ends' processes."""
    loop, here = asyncio.get_running_loop(), asyncio.current_task()
    signals: list[int] = []

    def end(number: int) -> None:
        signals.append(number)
        if here is not None:
            here.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end, number)
    try:
        return await stage(scenario)
    except asyncio.CancelledError:
        if not signals:  # Ctrl+C
            raise
        return signals[0]


def _announce(seconds: float, advice: str) -> None:
    if seconds > _PATIENCE:
        complain(f"this takes up to {format_seconds(seconds)}; {advice}.")


def _complain_of(error: BadLesson) -> None:
    for line in str(error).splitlines():
        complain(line)


def _say(text: str) -> None:
    """Print a lesson's words, which somebody else may have written."""
    to_stdout("\n".join(visible(line) for line in text.split("\n")))


def _lessons() -> list[Lesson]:
    lessons, faults = known_lessons(lessons_folder())
    for fault in faults:
        complain(fault)
    return lessons


def _find(name: str) -> Lesson:
    if name.endswith((".toml", ".json")):
        return read_lesson(Path(name))
    lessons = _lessons()
    for lesson in lessons:
        if name in (lesson.name, str(lesson.number)):
            return lesson
    names = [lesson.name for lesson in lessons]
    alike = get_close_matches(name, names, n=1) or [known for known in names if name and name in known]
    meant = f"did you mean {alike[0]}?" if alike else "see them all with: framescope lesson list"
    raise BadLesson(f"there is no lesson called {name}; {meant}")


def _introduce(lesson: Lesson, script: Notebook, *, is_json: bool) -> None:
    text, question = filled(lesson.text, script).strip(), lesson.question
    answers = [filled(answer.text, script) for answer in question.answers]
    if is_json:
        _say_json("lesson", name=lesson.name, title=lesson.title, text=text, question=question.text, answers=answers)
        return
    _say(f"{lesson.title}\n\n{text}\n\n{question.text}")
    for answer in answers:
        _say(f"  - {answer}")
    to_stdout("")


def _play(run: Run, *, is_json: bool, sleep: Callable[[float], None]) -> None:
    told, now = 0, 0.0
    while run.step():
        notes = run.notebook.notes[told:]
        if notes and run.now > now:
            sleep(run.now - now)
            now = run.now
        for note in notes:
            _tell(note, is_json=is_json)
        told += len(notes)
    for note in run.notebook.notes[told:]:
        _tell(note, is_json=is_json)


def _tell(note: Note, *, is_json: bool) -> None:
    if is_json:
        value = None if isinstance(note.value, str) else note.value
        _say_json("note", time=note.time, who=note.who, kind=note.kind, text=note.text, value=value)
    else:
        _say(f"{note.time:>10.3f} s  {note.who:<8} {note.text}")


def _conclude(lesson: Lesson, run: Run, *, is_json: bool) -> None:
    place = right_answer(lesson, run)
    right = None if place is None else lesson.question.answers[place]
    answer = None if right is None else filled(right.text, run.notebook)
    explanation = filled(lesson.question.explanation, run.notebook).strip()
    wrong = [
        (filled(other.text, run.notebook), filled(other.why, run.notebook))
        for other in lesson.question.answers
        if other is not right
    ]
    if is_json:
        _say_json(
            "answer",
            question=lesson.question.text,
            answer=answer,
            explanation=explanation,
            wrong=[{"answer": text, "why": why} for text, why in wrong],
            reading=lesson.reading,
        )
        return
    _say(f"\n{lesson.question.text}\n  {answer or 'the run does not say'}\n\n{explanation}\n")
    for text, why in wrong:
        if why:
            _say(f"Not “{text}”. {why}")
    _say(f"\nRead on: {', '.join(lesson.reading)}")


def _say_json(kind_of_line: str, /, **fields: object) -> None:
    to_stdout(json.dumps({"version": VERSION, "type": kind_of_line, **fields}, ensure_ascii=False))
