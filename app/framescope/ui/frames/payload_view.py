"""Shows a payload as JSON, text or hex, never as markup, and never more of a large one than was asked for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from framescope.analysis.units import format_size
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames import json_text
from framescope.ui.frames.hex_view import ByteSource, HexView
from framescope.ui.frames.payload_text import FIRST_STEP, TEXT_LIMIT, WHOLE_LIMIT, PayloadKind, reading_of
from framescope.ui.frames.text_view import TextView
from framescope.ui.theme import Look

_TABS = ("JSON", "Text", "Hex")
_HEX = 2


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
        self._verdict = ElidedLabel(tone="caption", parent=self)
        self._is_cut = False
        self._cut = QWidget(self)
        self._cut_words = ElidedLabel(tone="caption", parent=self._cut)
        self._more = QPushButton("Show all", self._cut)
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
        return self._verdict.whole

    def _show_text(self, count: int) -> None:
        source = self._source
        length = source.length if source is not None else 0
        content = source.plain(0, count) if source is not None else b""
        reading = reading_of(content, self._kind, is_cut=count < length)
        pretty = json_text.pretty(content) if count >= length and not self._kind.is_compressed else None
        self._tabs.setTabVisible(0, pretty is not None)
        self._json.show_text(pretty or "", json_text.tokens_of)
        self._text.show_text(reading.text)
        self._verdict.set_whole(f"{format_size(length)} · {reading.verdict}")
        self._is_cut = reading.count < length
        can_show_all = count < length <= TEXT_LIMIT
        first = f"The first {format_size(reading.count)} of {format_size(length)}"
        self._cut_words.set_whole(first if can_show_all else f"{first}; Hex has all of it")
        self._more.setVisible(can_show_all)
        self._show_cut()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
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
        cut = QHBoxLayout(self._cut)
        cut.setContentsMargins(0, 4, 0, 4)
        cut.addWidget(self._cut_words, 1)
        cut.addWidget(self._more)
        layout.addWidget(self._cut)

    def _connect_signals(self) -> None:
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._tabs.currentChanged.connect(self._show_cut)
        self._more.clicked.connect(self._show_all)
        self._hex.copied.connect(self.copied)

    def _show_cut(self) -> None:
        self._cut.setVisible(self._is_cut and self._tabs.currentIndex() != _HEX)

    def _show_all(self) -> None:
        if self._source is not None:
            self._show_text(self._source.length)
