"""Tests of what a row looks like."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from framescope.capture.records import Flag, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.ui.frames.frame_table import FrameTable
from framescope.ui.frames.frame_table_model import Column
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace


@pytest.fixture
def made() -> MadeTrace:
    made = MadeTrace()
    made.frame(1.0, b"plain")
    ping = b"1234"
    made.frame(2.0, ping, 9, sent=True, flags=Flag.KEEPALIVE)
    made.deadline(2.0, Which.PONG, Change.ARMED, 5.0)
    made.frame(4.0, ping, 10)  # 2 of 3 s: near the limit
    made.deadline(4.0, Which.PONG, Change.MET, None)
    made.deadline(9.0, Which.PONG, Change.MISSED, 9.0)
    return made


@pytest.fixture
def table(look: Look, shown: Any, made: MadeTrace) -> FrameTable:
    table = FrameTable(look)
    table.resize(1020, 200)
    shown(table)
    table.show_trace(made.trace)
    return table


def pixels(table: FrameTable, row: int, column: Column) -> QImage:
    return table.viewport().grab(table.visualRect(table.model().index(row, column))).toImage()


def ground(table: FrameTable, row: int) -> str:
    area = table.visualRect(table.model().index(row, Column.NUMBER))
    return str(table.viewport().grab().toImage().pixelColor(area.topLeft() + QPoint(5, 1)).name())


def edge(table: FrameTable, row: int) -> str:
    area = table.visualRect(table.model().index(row, Column.NUMBER))
    return str(table.viewport().grab().toImage().pixelColor(area.topLeft() + QPoint(1, 5)).name())


def test_tints_and_edges(table: FrameTable, look: Look) -> None:
    assert [ground(table, row) for row in range(4)] == [look.hex(token) for token in ("bg1", "bg1", "warnbg", "errbg")]
    assert [edge(table, row) for row in range(4)] == [look.hex(token) for token in ("bg1", "bg1", "warn", "err")]


def test_the_chosen_row(table: FrameTable, look: Look) -> None:
    table.select_row(3)
    assert (ground(table, 3), edge(table, 3)) == (look.hex("bg3"), look.hex("acc"))


def test_the_mark_has_its_opcodes_colour(table: FrameTable, look: Look) -> None:
    def colors(row: int) -> set[str]:
        image = pixels(table, row, Column.OPCODE)
        return {image.pixelColor(x, image.height() // 2).name() for x in range(20)}

    assert look.hex("text") in colors(0)
    assert look.hex("pong") in colors(2)


def test_an_events_text_goes_on_over_the_columns(table: FrameTable, made: MadeTrace) -> None:
    made.phase(10.0, Phase.DNS, PhaseChange.DONE)  # a short text, and a long one above it
    table.refresh()
    long, short = pixels(table, 3, Column.LENGTH), pixels(table, 4, Column.LENGTH)
    assert len({long.pixelColor(x, y).name() for x in range(40) for y in range(long.height())}) > 2
    assert len({short.pixelColor(x, y).name() for x in range(40) for y in range(short.height())}) == 1


def test_what_came_after_the_failure_is_dimmer(table: FrameTable, made: MadeTrace) -> None:
    made.frame(11.0, b"plain", flags=Flag.AFTER_FAILURE)
    table.refresh()
    bright, dim = pixels(table, 0, Column.PAYLOAD), pixels(table, 4, Column.PAYLOAD)

    def brightest(image: QImage) -> int:
        return max(image.pixelColor(x, y).lightness() for x in range(60) for y in range(image.height()))

    assert brightest(dim) < brightest(bright)


def test_a_waiting_ping_is_repainted_as_time_goes_on(table: FrameTable, made: MadeTrace, look: Look) -> None:
    ping = made.frame(12.0, b"5678", 9, sent=True, flags=Flag.KEEPALIVE)
    table.refresh(made.trace.start + 13_000_000_000)
    before = pixels(table, ping, Column.NOTES)
    table.refresh(made.trace.start + 16_000_000_000)
    assert pixels(table, ping, Column.NOTES) != before


def test_the_other_theme(table: FrameTable, look: Look) -> None:
    look.choose("light")
    assert ground(table, 0) == "#ffffff"
