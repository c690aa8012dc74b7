"""Is every row printed once, as it comes, and the end after it?"""

from __future__ import annotations

import json

import pytest

from framescope.analysis.book import TraceBook
from framescope.commands.row_printer import RowPrinter
from framescope.engine.frames import Opcode
from helpers.scripted import Script


def book_of(script: Script) -> TraceBook:
    return TraceBook(script)  # type: ignore[arg-type]  # a reader in memory


def test_rows_come_once_and_then_the_end() -> None:
    script = Script()
    book = book_of(script)
    lines: list[str] = []
    printer = RowPrinter(is_json=False, write=lines.append)
    printer.print_new(book)
    script.connection()
    script.received(Opcode.TEXT, b"one", at=1)
    book.poll()
    printer.print_new(book)
    printer.print_new(book)
    assert len(lines) == 1 and lines[0].endswith("one")
    script.received(Opcode.TEXT, b"two", at=2)
    script.ended("fin", at=3)
    book.poll()
    printer.print_new(book)
    printer.print_new(book)
    assert lines[1].endswith("two")
    assert [line for line in lines if line.startswith("ConnectionClosedError:")] == [lines[-1]]


@pytest.mark.parametrize(("only", "said"), [(None, ["a", "b"]), (1, ["a"]), (2, ["b"]), (3, [])])
def test_one_connection_of_several(only: int | None, said: list[str]) -> None:
    script = Script()
    for number, text in ((1, b"a"), (2, b"b")):
        script.connection(on=number)
        script.received(Opcode.TEXT, text, at=number, on=number)
    book = book_of(script)
    book.poll()
    lines: list[str] = []
    RowPrinter(is_json=True, write=lines.append).print_new(book, only=only)
    assert [json.loads(line)["text"] for line in lines] == said
