"""Shows a fragmented message as one: its payload put together from the payloads of its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.analysis.units import format_count, format_size
from framescope.engine.frames import FIN, RSV1, Opcode
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames.payload_source import payload_of
from framescope.ui.frames.payload_text import PayloadKind
from framescope.ui.frames.payload_view import PayloadView
from framescope.ui.opcode_names import opcode_name
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace


class MessagePage(QWidget):
    """The tab "Message"."""

    copied = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._awaited: tuple[Trace, list[int]] | None = None  # shown as on the wire until it is inflated
        self._title = PlainLabel(tone="heading", font=look.words(13, 600), parent=self)
        self._meta = ElidedLabel(tone="caption", font=look.mono(11), parent=self)
        self._payload = PayloadView(look, self)
        self._payload.copied.connect(self.copied)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._meta)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.addLayout(head)
        layout.addWidget(self._payload, 1)

    def show_message(self, trace: Trace, rows: list[int]) -> None:
        """Show the message whose frames are in `rows`, first to last."""
        records = [trace.rows.record(row) for row in rows]
        first, last = records[0], records[-1]
        opcode = first.first & 0x0F
        is_whole = bool(last.first & FIN) and opcode != Opcode.CONTINUATION
        known = payload_of(trace, rows, PayloadKind(opcode == Opcode.TEXT, is_whole, bool(first.first & RSV1)))
        self._awaited = (trace, rows) if known.is_awaited else None
        self._title.setText(f"{opcode_name(opcode)} message{'' if is_whole else ', so far'}")
        numbers = f"frames {trace.number_of(rows[0])} to {trace.number_of(rows[-1])}"
        self._meta.set_whole(f"{format_count(len(rows))} fragments · {format_size(known.source.length)} · {numbers}")
        self._payload.show_payload(known.source, known.kind)

    def refresh(self) -> None:
        """Look again for a payload that was not inflated yet."""
        if self._awaited is not None:
            self.show_message(*self._awaited)
