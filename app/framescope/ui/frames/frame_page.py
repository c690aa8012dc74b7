"""Shows one frame: what it is, its header bit by bit, its bytes, its payload, and why it is as it is."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from framescope.analysis.explain import explain
from framescope.analysis.frame_row import message_start
from framescope.analysis.units import format_moment, format_size
from framescope.capture.records import Flag
from framescope.engine.frames import RSV1, Opcode
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames.bit_layout import PAYLOAD_SHOWN, Field, field_at, fields_of
from framescope.ui.frames.bit_view import BitView
from framescope.ui.frames.byte_sources import FrameBytes
from framescope.ui.frames.explain_card import ExplainCard
from framescope.ui.frames.hex_view import HexView, Region
from framescope.ui.frames.opcode_mark import paint_mark
from framescope.ui.frames.payload_source import payload_of
from framescope.ui.frames.payload_text import PayloadKind
from framescope.ui.frames.payload_view import PayloadView
from framescope.ui.opcode_names import opcode_name
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

_HEX_ROWS = 6
_MARGIN = 16


class MarkBox(QWidget):
    """An opcode's mark beside a title."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._opcode: int = Opcode.TEXT
        self.setFixedSize(QSize(14, 16))
        look.changed.connect(self.update)

    def show_opcode(self, opcode: int) -> None:
        """Draw another opcode's mark."""
        self._opcode = opcode
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, self._look, QPointF(7, 8), self._opcode)
        painter.end()


class BytesHead(QWidget):
    """The heading over the bytes; what stands over the text column moves with it."""

    def __init__(self, look: Look, hex_view: HexView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._hex = hex_view
        self._is_masked = False
        self.setFixedHeight(ceil(QFontMetricsF(look.words(12, 600)).height()) + 2)
        look.changed.connect(self.update)

    def show_masked(self, is_masked: bool) -> None:
        """Name the columns of a masked frame, or of one that is not."""
        self._is_masked = is_masked
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        heading, caption = self._look.words(12, 600), self._look.words(11)
        baseline = QFontMetricsF(heading).ascent() + 1
        painter.setFont(heading)
        painter.setPen(self._look.color("fg0"))
        painter.drawText(QPointF(0, baseline), "Bytes")
        painter.setFont(caption)
        painter.setPen(self._look.color("fg2"))
        left = QFontMetricsF(heading).horizontalAdvance("Bytes") + 8
        painter.drawText(QPointF(left, baseline), "on the wire, masked" if self._is_masked else "on the wire")
        text = "unmasked text" if self._is_masked else "text"
        right = self.width() - QFontMetricsF(caption).horizontalAdvance(text)
        painter.drawText(QPointF(min(self._hex.text_left(), right), baseline), text)
        painter.end()


class FramePage(QScrollArea):
    """The tab "Frame" for a row that is a frame."""

    copied = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[Field] = []
        self._row: tuple[Trace, int] | None = None
        self._is_awaited = False  # the payload is shown as on the wire until it is inflated
        self._page = QWidget()
        self._mark = MarkBox(look, self._page)
        self._title = PlainLabel(tone="heading", font=look.words(13, 600), parent=self._page)
        self._direction = PlainLabel(tone="chip", font=look.words(11, 500), parent=self._page)
        self._meta = ElidedLabel(tone="caption", font=look.mono(11), parent=self._page)
        self._bits = BitView(look, self._page)
        self._hex = HexView(look, self._page)
        self._bytes_head = BytesHead(look, self._hex, self._page)
        self._payload = PayloadView(look, self._page)
        self._explain = ExplainCard(look, self._page)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out(look)
        self._connect_signals()

    def show_frame(self, trace: Trace, row: int) -> None:
        """Show the frame in a row of a trace."""
        record = trace.rows.record(row)
        self._row = trace, row
        source = FrameBytes(trace.reader, record)
        self._show_head(trace, row, source.length)
        start = trace.reader.frame_bytes(record, 0, min(source.length, record.header_length + PAYLOAD_SHOWN))
        self._fields = fields_of(start, record.header_length, record.length)
        self._bits.show_fields(self._fields, record.length > PAYLOAD_SHOWN)
        self._hex.show_source(source, regions_of(self._fields, record.header_length))
        rows = min(max(2, self._hex.rows.count), _HEX_ROWS)
        self._hex.setFixedHeight(rows * self._hex.row_height())
        self._bytes_head.show_masked(bool(record.flags & Flag.MASKED))
        self._is_awaited = False
        self.refresh()
        self._show_payload(trace, row)

    def refresh(self) -> None:
        """Say anew what the frame means: an answer may have come since, and its payload may be inflated."""
        if self._row is not None:
            self._explain.show_lines(*explain(*self._row))
            if self._is_awaited:
                self._show_payload(*self._row)

    def _show_payload(self, trace: Trace, row: int) -> None:
        was_awaited, known = self._is_awaited, payload_of(trace, [row], kind_of(trace, row))
        self._is_awaited = known.is_awaited
        if not (was_awaited and known.is_awaited):
            self._payload.show_payload(known.source, known.kind)

    def _show_head(self, trace: Trace, row: int, available: int) -> None:
        record = trace.rows.record(row)
        opcode = record.first & 0x0F
        self._mark.show_opcode(opcode)
        self._title.setText(f"{opcode_name(opcode)} frame {trace.number_of(row)}")
        self._direction.setText("↑ sent" if record.is_sent else "↓ received")
        declared = record.header_length + record.length
        size = (
            format_size(declared) if available == declared else f"{format_size(available)} of {format_size(declared)}"
        )
        self._meta.set_whole(f"{format_moment((record.time - trace.start) / 1e9)} · {size} on the wire")

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self._title)
        head.addWidget(self._direction)
        head.addStretch(1)
        head.addWidget(self._meta, 100)
        line = QFrame(self._page)
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        layout = QVBoxLayout(self._page)
        layout.setContentsMargins(_MARGIN, 10, _MARGIN, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._bits)
        layout.addWidget(self._bytes_head)
        layout.addWidget(self._hex)
        layout.addWidget(line)
        layout.addWidget(self._payload, 1)
        layout.addWidget(self._explain)
        self._payload.setMinimumHeight(112)
        self._payload.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _connect_signals(self) -> None:
        self._bits.field_hovered.connect(self._hex.light)
        self._hex.byte_hovered.connect(self._bits.light_byte)
        for part in (self._bits, self._hex, self._payload):
            part.copied.connect(self.copied)


def kind_of(trace: Trace, row: int) -> PayloadKind:
    """Tell what a frame's payload is, by its message's first byte."""
    start = message_start(trace, row)
    is_whole = start & 0x0F != Opcode.CONTINUATION and trace.fragment_of(row) is None
    return PayloadKind(start & 0x0F == Opcode.TEXT, is_whole, bool(start & RSV1))


def regions_of(fields: list[Field], header_length: int) -> list[Region]:
    """Colour the header's bytes: the first by its opcode, the second by its length, as most of their bits are."""
    regions: list[Region] = []
    for byte in range(header_length):
        inside = [fields[index] for index in field_at(fields, byte)]
        if not inside:
            continue
        widest = max(inside, key=lambda field: len(field.bits))
        tip = "\n\n".join(field.tip for field in inside)
        if regions and regions[-1].role == widest.role and regions[-1].tip == tip:
            regions[-1] = Region(regions[-1].start, byte + 1, widest.role, tip)
        else:
            regions.append(Region(byte, byte + 1, widest.role, tip))
    return regions
