"""The right panel: why it ended, the chosen frame, its whole message, the handshake and the connection, a tab each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from framescope.analysis.explain import event_text, explain
from framescope.capture.records import Kind
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.diagnosis.diagnosis_page import DiagnosisPage
from framescope.ui.diagnosis.live_what_if import LiveWhatIf
from framescope.ui.frames.connection_view import ConnectionView
from framescope.ui.frames.explain_card import ExplainCard
from framescope.ui.frames.frame_page import FramePage
from framescope.ui.frames.handshake_view import HandshakeView
from framescope.ui.frames.message_page import MessagePage
from framescope.ui.frames.panel_tabs import PanelTabs
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Diagnosis
    from framescope.analysis.trace import Trace

NOTHING = "Pick a frame on the timeline"
COPY = "Copy report"
DIAGNOSIS, FRAME, MESSAGE, HANDSHAKE, CONNECTION = range(5)
_TABS = ("Diagnosis", "Frame", "Message", "Handshake", "Connection")
_NARROW = 450  # px
_DOT = 8  # px
_EVENT_LIMIT = 1024  # characters of an event's text: it may quote the peer


class EventPage(QWidget):
    """The tab "Frame" for a row that is an event, and for no row at all."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = PlainLabel(NOTHING, tone="caption", font=look.words(13), parent=self)
        self._head.setWordWrap(True)
        self._when = PlainLabel(tone="caption", font=look.mono(11), parent=self)
        self._explain = ExplainCard(look, self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 14, 16, 12)
        self._layout.addWidget(self._when)
        self._layout.addWidget(self._head)
        self._layout.addWidget(self._explain)
        self._layout.addStretch(1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say what to do."""
        self._head.setText(NOTHING)
        self._head.set_tone("caption")
        self._head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._when.hide()
        self._explain.hide()

    def show_event(self, trace: Trace, row: int) -> None:
        """Say what happened, when, and what it means."""
        self._head.setText(visible(event_text(trace, row)[:_EVENT_LIMIT]))
        self._head.set_tone("heading")
        self._head.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._when.setText(f"Event · {(trace.rows.record(row).time - trace.start) / 1e9:.3f} s")
        self._when.show()
        self._explain.show_lines(*explain(trace, row))

    @property
    def text(self) -> str:
        return self._head.text()


class FrameDetail(QFrame):
    """Shows what `show_row` names; `refresh` while the trace grows."""

    step_asked = Signal(int)  #: -1 or 1: the row before or behind the one shown
    knob_asked = Signal(str, object)  #: try this knob with this value
    copied = Signal(str)
    report_copied = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._trace: Trace | None = None
        self._row: int | None = None
        self.setProperty("kind", "panel")
        self._tabs = PanelTabs(_TABS, look.words(12, 500), self)
        self._back = IconButton(look, "chevl", kind="quiet", hint="Previous row", parent=self)
        self._forth = IconButton(look, "chevr", kind="quiet", hint="Next row", parent=self)
        self._copy = IconButton(look, "copy", COPY, kind="small", hint="The whole diagnosis as plain text")
        self.diagnosis = DiagnosisPage(look)
        self.frame_page = FramePage(look)
        self.event_page = EventPage(look)
        self.message_page = MessagePage(look)
        self.handshake_view = HandshakeView(look)
        self.connection_view = ConnectionView(look)
        self.live_what_if = LiveWhatIf(look)
        self._frame_pages = QStackedWidget(self)
        self._pages = QStackedWidget(self)
        self._lay_out()
        self._connect_signals()
        self.show_diagnosis(None, None)
        self.show_row(None, None)

    def show_row(self, trace: Trace | None, row: int | None) -> None:
        """Show a row of a trace; without a row its handshake and connection only."""
        self._trace, self._row = trace, row
        fragments: list[int] = []
        if trace is None or row is None:
            self.event_page.show_nothing()
            self._frame_pages.setCurrentWidget(self.event_page)
        elif trace.rows.record(row).plain_kind != Kind.FRAME:
            self.event_page.show_event(trace, row)
            self._frame_pages.setCurrentWidget(self.event_page)
        else:
            self.frame_page.show_frame(trace, row)
            self._frame_pages.setCurrentWidget(self.frame_page)
            fragments = trace.message_rows(row)
        self._tabs.show_tab(MESSAGE, len(fragments) > 1)
        self._name_copy()
        if trace is not None and len(fragments) > 1:
            self.message_page.show_message(trace, fragments)
        self._back.setEnabled(row is not None and row > 0)
        self._forth.setEnabled(trace is not None and row is not None)
        self.refresh()

    def show_diagnosis(self, trace: Trace | None, diagnosis: Diagnosis | None) -> None:
        """Show why the connection ended; without a diagnosis there is no tab for it."""
        if trace is not None and diagnosis is not None:
            self.diagnosis.show_diagnosis(trace, diagnosis)
        elif self._tabs.currentIndex() == DIAGNOSIS:
            self._tabs.setCurrentIndex(FRAME)
        self._tabs.show_tab(DIAGNOSIS, diagnosis is not None)

    def show_effect(self, effect: str) -> None:
        """Say what a proposed knob would act on now."""
        self.diagnosis.tries.show_effect(effect)
        self.live_what_if.tries.show_effect(effect)

    def refresh(self) -> None:
        """Show what has changed since: answers, totals, phases. A few times a second are enough."""
        story = self._trace.story if self._trace is not None else None
        if self._tabs.currentIndex() == HANDSHAKE:
            self.handshake_view.show_handshake(story.handshake if story is not None else None)
        elif self._tabs.currentIndex() == CONNECTION:
            self.live_what_if.show_trace(self._trace)
            self.connection_view.show_story(story, self._trace.end if self._trace is not None else 0)
        elif self._tabs.currentIndex() == MESSAGE:
            self.message_page.refresh()
        elif self._frame_pages.currentWidget() is self.frame_page:
            self.frame_page.refresh()

    @property
    def is_at_diagnosis(self) -> bool:
        """Tell whether the diagnosis is the tab that is shown."""
        return self._tabs.currentIndex() == DIAGNOSIS

    def show_tab(self, tab: int) -> None:
        """Bring a tab up: DIAGNOSIS, FRAME, MESSAGE, HANDSHAKE or CONNECTION."""
        if self._tabs.isTabVisible(tab):
            self._tabs.setCurrentIndex(tab)

    def _lay_out(self) -> None:
        self._frame_pages.addWidget(self.event_page)
        self._frame_pages.addWidget(self.frame_page)
        connection = QWidget()
        column = QVBoxLayout(connection)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.connection_view, 1)
        column.addWidget(self.live_what_if)
        rest = [self.message_page, self.handshake_view, connection]
        pages: list[QWidget] = [self.diagnosis, self._frame_pages, *rest]
        for page in pages:
            self._pages.addWidget(page)
        self._tabs.setIconSize(QSize(_DOT, _DOT))
        self._tint()
        self._tabs.setCurrentIndex(FRAME)
        self._pages.setCurrentIndex(FRAME)
        self._show_tools(FRAME)
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 8, 0)
        head.setSpacing(0)
        head.addWidget(self._tabs, 1)
        for button in (self._back, self._forth):
            button.setFixedWidth(24)
            head.addWidget(button)
        head.addWidget(self._copy)
        line = QFrame(self)
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line)
        layout.addWidget(self._pages, 1)

    def _connect_signals(self) -> None:
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._tabs.currentChanged.connect(self._show_tools)
        self._tabs.currentChanged.connect(self.refresh)
        self._look.changed.connect(self._tint)
        self._copy.clicked.connect(self._copy_report)
        self._back.clicked.connect(self._ask_back)
        self._forth.clicked.connect(self._ask_forth)
        self.diagnosis.knob_asked.connect(self.knob_asked)
        self.live_what_if.knob_asked.connect(self.knob_asked)
        self.frame_page.copied.connect(self.copied)
        self.message_page.copied.connect(self.copied)

    def _show_tools(self, tab: int) -> None:
        """Offer beside the tabs what the one that is shown can do."""
        for button in (self._back, self._forth):
            button.setVisible(tab != DIAGNOSIS)
        self._copy.setVisible(tab == DIAGNOSIS)

    def _name_copy(self) -> None:
        """Name the button in words where the tabs leave room for them."""
        has_room = self.width() >= _NARROW and not self._tabs.isTabVisible(MESSAGE)
        self._copy.setText(COPY if has_room else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_copy()

    def _tint(self) -> None:
        self._tabs.setTabIcon(DIAGNOSIS, _dot(self._look))

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.diagnosis.report)
        self.report_copied.emit()

    def _ask_back(self) -> None:
        self.step_asked.emit(-1)

    def _ask_forth(self) -> None:
        self.step_asked.emit(1)


def _dot(look: Look) -> QIcon:
    """Draw the red dot before "Diagnosis"."""
    pixmap = QPixmap(QSize(_DOT, _DOT) * 2)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("err"))
    painter.drawEllipse(QRectF(0.5, 0.5, _DOT - 1, _DOT - 1))
    painter.end()
    return QIcon(pixmap)
