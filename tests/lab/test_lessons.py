"""Does every lesson end exactly as its text says, for three seeds, and is one that does not refused in clear words?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from framescope.lab.lesson import Answer, Expectation, Lesson, filled
from framescope.lab.lesson_words import ACTS, TABLES
from framescope.lab.lessons import (
    BadLesson,
    faults_of,
    known_lessons,
    play,
    read_lesson,
    right_answer,
)
from framescope.lab.notebook import KINDS
from framescope.lab.runner import Run
from framescope.lab.scenario import End
from framescope.resources import resource
from helpers.shipped_lessons import all_lessons

LESSONS = all_lessons()
SOUND = resource("lessons", "01-no-close-frame.toml").read_text("utf-8")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_ends_as_its_text_says(lesson: Lesson) -> None:
    assert faults_of(lesson) == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_nothing_is_left_blank_in_a_lesson(lesson: Lesson) -> None:
    notebook = play(lesson).notebook
    texts = [lesson.text, lesson.question.explanation]
    texts += [f"{answer.text} {answer.why}" for answer in lesson.question.answers]
    for text in texts:
        assert "…" not in filled(text, notebook)
        assert "{" not in filled(text, notebook)
        assert "RFC " not in text or "RFC 6455" in text


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_wrong_answer_has_a_word_of_why(lesson: Lesson) -> None:
    right = right_answer(lesson, play(lesson))
    assert right is not None
    assert [bool(answer.why) for answer in lesson.question.answers] == [
        place != right for place in range(len(lesson.question.answers))
    ]


def test_the_sixteen_and_more_are_there_in_order() -> None:
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert len({lesson.name for lesson in LESSONS}) == len(LESSONS) >= 16


def test_the_answer_stays_unknown_until_the_run_decides_it() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "keepalive-ping-timeout")
    run = Run(lesson.scenario)
    run.run_until(lesson.question.decided - 0.1)
    assert right_answer(lesson, run) is None
    run.run_until(lesson.question.decided)
    assert right_answer(lesson, run) == 2


def test_a_changed_network_changes_the_answer() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "keepalive-ping-timeout")
    run = Run(msgspec.structs.replace(lesson.scenario, script=()))  # the black hole never opens
    run.run()
    assert right_answer(lesson, run) == 3


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in SOUND
    file = tmp_path / "lesson.toml"
    file.write_text(SOUND.replace(old, new, 1), "utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number = 1", "number = one", "is no TOML"),
        ("number = 1", 'number = "one"', "a whole number"),
        ("minutes = 4", "minuets = 4", "did you mean minutes"),
        ("minutes = 4", "minutes = 0", "lesson.toml: minutes: this has to be at least 1"),
        ("at = 5.2", "at = nan", "lesson.toml: seen, no. 1, at: this has to be at least 0"),
        (
            'title = "Why 1006? No close frame received or sent"',
            'title = ""',
            "lesson.toml: title: nothing stands here",
        ),
        ('do = "kill"', 'do = "stab"', "stab"),
        ('do = "kill"', 'do = "send", size = 100000000000', "size: this has to be at most 67,108,864"),
        ('kind = "raised"', 'kind = "rised"', "rised"),
        ("at = 5,", "at = 50,", r"^lesson.toml: scenario.script, no. 1: at = 50 is after the end"),
        ("client = {}", "client = { ping_interval = -1 }", "scenario.client: ping_interval can be"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(BadLesson, match=words):
        read_lesson(changed(tmp_path, old, new))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\x00", "is no text file"),
        (b"a = " + b"[" * 3000 + b"]" * 3000, "too many brackets"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "lesson.toml"
    file.write_bytes(content)
    with pytest.raises(BadLesson, match=words):
        read_lesson(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLesson, match=r"absent\.toml"):
        read_lesson(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "at = 5.2",
            "at = 9.2",
            "[[seen]], no. 1: expected client: raised at 9.2 s with “ConnectionClosedError: no cl",
        ),
        ("{client raised}", "{client rised}", "names nothing"),
        ("{client raised}", "{clint raised}", "names nothing"),
        ("{client raised}", "{client raised 2}", "stays empty"),
        (
            "count = 0\n",
            "at_least = 2\n",
            "expected client: close received at least 2 times; the run shows client: close",
        ),
        ('text = "no close frame received or sent", before = 6', 'text = "1011"', "exactly one answer"),
    ],
)
def test_a_lesson_that_its_run_refutes_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    faults = faults_of(read_lesson(changed(tmp_path, old, new)))
    assert any(words in fault for fault in faults), faults


def test_an_answer_that_depends_on_the_seed_is_told() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "no-close-frame")
    answers = (
        Answer(text="early", shown=(Expectation(who="client", kind="raised", before=5.2),)),
        Answer(text="late", shown=(Expectation(who="client", kind="raised", after=5.2),)),
    )
    question = msgspec.structs.replace(lesson.question, answers=answers)
    vague = msgspec.structs.replace(lesson, question=question)
    assert faults_of(vague, seeds=range(1, 12)) == ["another answer is right with another seed"]


def test_a_knob_that_cannot_be_is_told() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "no-close-frame")
    scenario = msgspec.structs.replace(lesson.scenario, client=End(ping_interval=-1))
    with pytest.raises(BadLesson, match="no-close-frame: ping_interval"):
        play(msgspec.structs.replace(lesson, scenario=scenario))


def test_everything_that_a_file_can_say_is_written_down() -> None:
    words = set(re.findall(r"`\"?(.+?)\"?`", resource("lessons", "WRITING.md").read_text("utf-8")))
    keys = {name for table in TABLES for name in table.__struct_fields__}
    assert keys - {"scenario", "question", "seen"} <= words
    assert {str(act.__struct_config__.tag) for act in ACTS} <= words
    assert set(KINDS) <= words


def test_a_fault_with_one_seed_names_it() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "no-close-frame")
    times = {seed: play(lesson, seed).notebook.of("client", "raised")[0].time for seed in (1, 2, 3)}
    least = min(times, key=lambda seed: times[seed])
    early = Expectation(who="client", kind="raised", after=times[least])
    (fault,) = faults_of(msgspec.structs.replace(lesson, seen=(early,)))
    assert fault.endswith(f"(seed {least})")


def test_own_lessons_follow_the_shipped_and_a_bad_one_stops_none(tmp_path: Path) -> None:
    assert known_lessons(tmp_path / "absent") == (LESSONS, [])
    (tmp_path / "a.toml").write_text("", "utf-8")
    (tmp_path / "b.toml").write_text(SOUND, "utf-8")
    (tmp_path / "c.toml").write_text(SOUND.replace('name = "no-close-frame"', 'name = "mine"'), "utf-8")
    lessons, faults = known_lessons(tmp_path)
    assert [lesson.name for lesson in lessons[len(LESSONS) :]] == ["mine"] and lessons[-1].number == len(lessons)
    assert faults[0].startswith("a.toml is empty")
    assert faults[1] == "b.toml: there is a lesson called no-close-frame already"


def test_a_folder_that_cannot_be_read_stops_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path, _pattern: str) -> Iterator[Path]:
        if folder == tmp_path:
            raise PermissionError(13, "Permission denied")
        return glob(folder, _pattern)

    glob = Path.glob
    monkeypatch.setattr(Path, "glob", refuse)
    assert known_lessons(tmp_path) == (LESSONS, [f"{tmp_path}: Permission denied"])


def test_a_bad_shipped_lesson_is_named_and_stops_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    (shipped / "1.toml").write_text("number = one", "utf-8")
    (shipped / "2.toml").write_text(SOUND.replace("number = 1", "number = 2", 1), "utf-8")
    (own / "a.toml").write_text(SOUND.replace('name = "no-close-frame"', 'name = "mine"'), "utf-8")
    monkeypatch.setattr("framescope.lab.lessons.resource", lambda name: shipped)
    lessons, faults = known_lessons(own)
    assert [(lesson.name, lesson.number) for lesson in lessons] == [("no-close-frame", 2), ("mine", 3)]
    assert len(faults) == 1 and faults[0].startswith("1.toml is no TOML")


def test_a_program_may_write_a_lesson_as_json(tmp_path: Path) -> None:
    file = tmp_path / "lesson.json"
    file.write_bytes(msgspec.json.encode(LESSONS[0]))
    assert read_lesson(file) == LESSONS[0]
    file.write_text("{", "utf-8")
    with pytest.raises(BadLesson, match="no JSON"):
        read_lesson(file)
