"""Does a narrowed program still say the same, and does every kind of word have its colour?"""

from __future__ import annotations

import ast

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.snippet import program_of
from framescope.ui.lab.program_lines import inks, narrowed


@pytest.mark.parametrize("columns", [30, 48, 200])
@pytest.mark.parametrize("is_server", [False, True])
def test_a_narrowed_program_is_the_same_program(lessons: dict[str, Lesson], columns: int, is_server: bool) -> None:
    for lesson in lessons.values():
        program = program_of(lesson.scenario, is_server=is_server)
        assert ast.dump(ast.parse(narrowed(program, columns))) == ast.dump(ast.parse(program))


def test_only_the_librarys_long_calls_are_broken() -> None:
    call = "        async with websockets.connect(uri, ping_interval=2, ping_timeout=3) as websocket:"
    lines = narrowed(f"{call}\n{'x' * 90}", 48).split("\n")
    assert lines[0] == "        async with websockets.connect("
    assert lines[-2] == "        ) as websocket:" and lines[-1] == "x" * 90
    assert all(len(line) <= 48 for line in lines[:-1])
    assert narrowed(call, 100) == call


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("await x", [("await", "j_kw")]),
        ("uri, ping_interval=2,", [("ping_interval=2", "acc")]),
        ("sleep(1.5)", [("1.5", "j_num")]),
        ("send('a b')  # note", [("'a b'", "j_str"), ("# note", "fg2")]),
        ("plain", []),
    ],
)
def test_words_have_colours(line: str, found: list[tuple[str, str]]) -> None:
    assert [(line[ink.start : ink.start + ink.length], ink.token) for ink in inks(line)] == found
