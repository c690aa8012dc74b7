"""Shows a payload as JSON, text or hex, never as markup, and never more of a large one than was asked for."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from framescope.analysis.units import format_size
from framescope.ui import json_text
from framescope.ui.hex_view import ByteSource, HexView
from framescope.ui.plain import PlainLabel
from framescope.ui.text_view import TextView
from framescope.ui.theme import Look

WHOLE_LIMIT = 1024 * 1024  #: a larger payload shows its first `FIRST_STEP` bytes until more is asked for
FIRST_STEP = 64 * 1024  # RELIABILITY 6: "text pane 64 KiB per step"
TEXT_LIMIT = 64 * 1024 * 1024  #: beyond it text would cost too much memory; Hex reads from disk
_TABS = ("JSON", "Text", "Hex")


@dataclass(frozen=True, slots=True)
class PayloadKind:
    """What a payload claims to be: text, or not; the whole of a message, or a fragment; compressed."""

    is_text: bool
    is_whole: bool = True
    is_compressed: bool = False


class PayloadView(QWidget):
    """Tabs JSON, Text and Hex over one payload."""

    copied = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: ByteSource | None = None
        self._kind = PayloadKind(is_text=False)
        self._tabs = QTabBar(self)
        self._tabs.setProperty("kind", "inner")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._verdict = PlainLabel(tone="caption", parent=self)
        self._more = QPushButton(self)
        self._more.setProperty("kind", "chip")
        self._json = TextView(look, "Payload as JSON")
        self._text = TextView(look, "Payload as text")
        self._hex = HexView(look)
        self._hex.setAccessibleName("Payload as hex")
        self._pages = QStackedWidget(self)
        for name, page in zip(_TABS, (self._json, self._text, self._hex), strict=True):
            self._tabs.addTab(name)
            self._pages.addWidget(page)
        self._lay_out()
        self._connect_signals()

    def show_payload(self, source: ByteSource | None, kind: PayloadKind) -> None:
        """Show another payload; the tab that fits it best comes up."""
        self._source, self._kind = source, kind
        length = source.length if source is not None else 0
        self._show_text(length if length <= WHOLE_LIMIT else FIRST_STEP)
        self._hex.show_source(source)
        is_json = self._tabs.isTabVisible(0)
        readable = kind.is_text and not kind.is_compressed
        self._tabs.setCurrentIndex(0 if is_json else 1 if readable else 2)

    @property
    def verdict(self) -> str:
        return self._verdict.text()

    def _show_text(self, count: int) -> None:
        source = self._source
        length = source.length if source is not None else 0
        shown = source.plain(0, count) if source is not None else b""
        pretty = json_text.pretty(shown) if count >= length and not self._kind.is_compressed else None
        self._tabs.setTabVisible(0, pretty is not None)
        self._json.show_text(pretty or "", json_text.tokens_of)
        self._text.show_text(text_of(shown, is_cut=count < length))
        self._verdict.setText(f"{format_size(length)} · {self._judge(shown, is_cut=count < length)}")
        self._more.setVisible(count < length <= TEXT_LIMIT)
        self._more.setText(f"Show all {format_size(length)}")
        if count < length:
            self._verdict.setText(f"first {format_size(count)} of {self._verdict.text()}")

    def _judge(self, shown: bytes, *, is_cut: bool) -> str:
        if self._kind.is_compressed:
            return "compressed"
        if not self._kind.is_text:
            return "binary"
        if not self._kind.is_whole:
            return "part of a text message"
        try:
            codecs.getincrementaldecoder("utf-8")().decode(shown, final=not is_cut)
        except UnicodeDecodeError as error:
            return f"not UTF-8 at byte {error.start}"
        return "UTF-8 valid so far" if is_cut else "UTF-8 valid"

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        head.addWidget(self._more)
        head.addWidget(self._verdict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        line = QFrame(self)
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        layout.addLayout(head)
        layout.addWidget(line)
        layout.addSpacing(4)
        layout.addWidget(self._pages, 1)

    def _connect_signals(self) -> None:
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._more.clicked.connect(self._show_all)
        self._hex.copied.connect(self.copied)

    def _show_all(self) -> None:
        if self._source is not None:
            self._show_text(self._source.length)


def text_of(payload: bytes, *, is_cut: bool = False) -> str:
    """Decode a payload for reading; bytes that are not UTF-8 stand as \\xNN. A cut may split a character."""
    return codecs.getincrementaldecoder("utf-8")("backslashreplace").decode(payload, final=not is_cut)
