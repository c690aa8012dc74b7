"""Tests of the page about one frame."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint

from framescope.analysis.inflating import BRIEF
from framescope.capture.records import Flag
from framescope.engine.deflate import Deflater
from framescope.engine.events import Change, Which
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames.bit_layout import fields_of
from framescope.ui.frames.bit_view import BitView
from framescope.ui.frames.explain_card import ExplainCard
from framescope.ui.frames.frame_page import FramePage, kind_of, regions_of
from framescope.ui.frames.hex_view import HexView
from framescope.ui.frames.payload_view import PayloadKind, PayloadView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace


@pytest.fixture
def page(look: Look, shown: Any) -> FramePage:
    page = FramePage(look)
    page.resize(420, 700)
    shown(page)
    return page


def texts(page: FramePage) -> list[str]:
    labels = page.findChildren(PlainLabel)
    return [label.whole if isinstance(label, ElidedLabel) else label.text() for label in labels]


def test_the_head_line(page: FramePage) -> None:
    made = MadeTrace()
    made.frame(1.0, b"before")
    page.show_frame(made.trace, made.frame(85.12, b"x" * 148, sent=True))
    assert {"Text frame 2", "↑ sent", "85.120 s · 156 B on the wire"} <= set(texts(page))
    page.show_frame(made.trace, made.frame(86.0, b"1234", 10))
    assert {"Pong frame 3", "↓ received", "86.000 s · 6 B on the wire"} <= set(texts(page))


def test_payload_and_explanation(page: FramePage) -> None:
    made = MadeTrace()
    page.show_frame(made.trace, made.frame(1.0, b'{"op":1}', sent=True))
    assert page.findChild(PayloadView).verdict == "8 B · UTF-8 valid"
    card = page.findChild(ExplainCard)
    assert "MASK is 1" in card.text
    assert "§5.2" in card.sections


def test_a_field_and_its_bytes_light_up_together(page: FramePage, qtbot: Any, look: Look) -> None:
    made = MadeTrace()
    page.show_frame(made.trace, made.frame(1.0, b"x" * 148, sent=True))
    bits, dump = page.findChild(BitView), page.findChild(HexView)
    qtbot.waitUntil(dump.verticalScrollBar().isVisible)  # the rows are laid out
    before = dump.viewport().grab().toImage()
    qtbot.mouseMove(bits, bits.rectangle_of("masking key (32)").center().toPoint())
    assert dump.viewport().grab().toImage() != before
    qtbot.mouseMove(bits, QPoint(2, 2))
    assert dump.viewport().grab().toImage() == before
    header = bits.grab().toImage()
    qtbot.mouseMove(dump.viewport(), QPoint(round(dump.text_left() * 0.25), dump.row_height() // 2))
    assert bits.grab().toImage() != header


def test_the_explanation_follows_what_happens_next(page: FramePage) -> None:
    made = MadeTrace()
    row = made.frame(1.0, b"1234", 9, sent=True, flags=Flag.KEEPALIVE)
    made.deadline(1.0, Which.PONG, Change.ARMED, 4.0)
    page.show_frame(made.trace, row)
    before = page.findChild(ExplainCard).text
    made.deadline(4.0, Which.PONG, Change.MISSED, 4.0)
    page.refresh()
    assert page.findChild(ExplainCard).text != before
    assert "No pong came in time" in page.findChild(ExplainCard).text


def test_a_frame_in_which_the_connection_ended(page: FramePage) -> None:
    made = MadeTrace()
    page.show_frame(made.trace, made.frame(1.0, b"x" * 100, cut=42, flags=Flag.PARTIAL))
    assert "1.000 s · 42 B of 102 B on the wire" in texts(page)


def test_a_frame_whose_bytes_the_capture_lost(page: FramePage) -> None:
    made = MadeTrace()
    page.show_frame(made.trace, made.frame(1.0, b"x" * 100, cut=0))
    page.grab()
    assert page.findChild(BitView).field_under(QPoint(50, 40).toPointF()) == -1


def test_colours_of_the_headers_bytes() -> None:
    fields = fields_of(bytes.fromhex("81fe00949f3c51e8") + b"abcd", 8, 148)
    regions = regions_of(fields, 8)
    assert [(region.start, region.stop, region.role) for region in regions] == [
        (0, 1, "op"),
        (1, 2, "len"),
        (2, 4, "len"),
        (4, 8, "key"),
    ]
    assert "FIN" in regions[0].tip
    assert "opcode" in regions[0].tip


def test_what_a_payload_claims_to_be() -> None:
    made = MadeTrace()
    trace = made.trace
    assert kind_of(trace, made.frame(1.0, b"x")) == PayloadKind(True)
    assert kind_of(trace, made.frame(1.0, b"x", 2)) == PayloadKind(False)
    assert kind_of(trace, made.frame(1.0, b"x", first=0xC1)) == PayloadKind(True, True, True)
    begin = made.frame(1.1, b"x", first=0x41)
    assert kind_of(trace, begin) == PayloadKind(True, False, True)
    assert kind_of(trace, made.frame(1.2, b"x", 0)) == PayloadKind(True, False, True)
    assert kind_of(trace, made.frame(1.3, b"x", 10)) == PayloadKind(False)


@pytest.mark.parametrize("width", [340, 420, 640])
def test_nothing_is_wider_than_the_panel(page: FramePage, width: int) -> None:
    made = MadeTrace()
    page.resize(width, 500)
    page.show_frame(made.trace, made.frame(85.12, b"x" * 2_000_000, sent=True))
    assert page.widget().minimumSizeHint().width() <= page.viewport().width()
    assert page.widget().width() == page.viewport().width()


def test_a_compressed_message_is_read_and_its_bytes_are_the_wires(page: FramePage) -> None:
    made = MadeTrace()
    made.deflate()
    wire = Deflater(15, is_reset=False).deflate(b'{"op":1}', ends=True)
    page.show_frame(made.trace, made.frame(1.0, wire, first=0xC1))
    assert page.findChild(PayloadView).verdict == f"8 B · UTF-8 valid · inflated from {len(wire)} B"
    assert f"1.000 s · {len(wire) + 2} B on the wire" in texts(page)


def test_a_payload_that_needs_several_looks(page: FramePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.ui.frames.payload_source.PATIENT", BRIEF)
    made = MadeTrace()
    made.deflate()
    deflater = Deflater(15, is_reset=False)
    wires = [deflater.deflate(b"tick %d" % place, ends=True) for place in range(600)]
    rows = [made.frame(1.0, wire, first=0xC1) for wire in wires]
    view = page.findChild(PayloadView)
    page.show_frame(made.trace, rows[-1])
    assert view.verdict == f"{len(wires[-1])} B · compressed"
    page.show_frame(made.trace, rows[-2])  # another one before the first was known
    assert view.verdict == f"{len(wires[-2])} B · compressed"
    page.refresh()
    assert view.verdict == f"8 B · UTF-8 valid · inflated from {len(wires[-2])} B"
