"""Where does everything stand in the window? The layout and its holes; what happens in them is the desk's."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from framescope.engine.settings import KNOBS
from framescope.ui.bar.connection_bar import ConnectionBar
from framescope.ui.closing_banner import ClosingBanner
from framescope.ui.composing.composer import Composer
from framescope.ui.controls.splitter import Splitter
from framescope.ui.controls.toast import Toast
from framescope.ui.frames.frame_detail import DIAGNOSIS, FrameDetail
from framescope.ui.frames.frame_table import FrameTable
from framescope.ui.frames.table_head import TableHead
from framescope.ui.knobs.code_panel import CodePanel
from framescope.ui.knobs.strip import KnobStrip
from framescope.ui.plain import visible
from framescope.ui.start.first_start import FirstStart
from framescope.ui.start.how_to_read import HowToRead
from framescope.ui.status.status_bar import StatusBar
from framescope.ui.theme import Look
from framescope.ui.timeline.panel import TimelinePanel

SMALLEST = QSize(1100, 680)
USUAL = QSize(1440, 900)
RIGHT_WIDTH = 420
DIAGNOSIS_WIDTH = 470
CODE_WIDTH = 224  # px: one argument a line
KNOB_WIDTH = 218  # px: below it a knob's name is cut
RTT_FOLD_HEIGHT = 760  # UI.md 2: below this the RTT strip gives its height away
FIRST_SPAN = 30.0  # s: the next ping at the default interval is in view


class Ground(QWidget):
    """What the first-start card and the toast lie upon; says when it has another size."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class MainWindow(QMainWindow):
    """Holds the panels. Closing is a request: whoever owns the running things decides when it is done."""

    closing_asked = Signal()
    address_pasted = Signal(str)
    mode_missing = Signal(str)  #: a mode is asked for the first time
    key_pressed = Signal(QKeyEvent)  #: a key that no widget wanted

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_close = False
        self.setWindowTitle("Framescope")
        self.bar = ConnectionBar(look)
        self.knobs = KnobStrip(look)
        self.code = CodePanel(look)
        self.timeline = TimelinePanel(look)
        self.head = TableHead(look)
        self.table = FrameTable(look)
        self.composer = Composer(look)
        self.how_to_read = HowToRead(look)
        self.detail = FrameDetail(look)
        self.banner = ClosingBanner(look)
        self.banner.hide()
        self.status = StatusBar(look)
        self._pages = QStackedWidget()
        self._page_of: dict[str, QWidget] = {}
        self._frames = QWidget()
        self._ground = Ground()
        self._right = QStackedWidget()
        self._centre = Splitter(Qt.Orientation.Vertical)
        self._body = Splitter(Qt.Orientation.Horizontal, [USUAL.width() - RIGHT_WIDTH, RIGHT_WIDTH])
        self._lay_out()
        # Over the splitter, not in it: what a splitter is the parent of becomes one of its panes.
        self.first_start = FirstStart(look, self._ground)
        self.toast = Toast(look, self._ground)
        self._ground.resized.connect(self._place_card)
        self.setMinimumSize(SMALLEST)
        self.resize(USUAL)
        self.show_first_start()

    def add_page(self, mode: str, page: QWidget, part: QWidget) -> None:
        """Take in another mode's page, and its part of the top bar."""
        self._page_of[mode] = page
        self._pages.addWidget(page)
        self.bar.add_part(mode, part)

    def show_mode(self, mode: str) -> None:
        """Show a mode's page; the others go on behind it."""
        if mode not in self._page_of:
            self.mode_missing.emit(mode)  # whoever builds pages adds it
        if mode not in self._page_of:
            return
        self.bar.show_mode(mode)
        self._pages.setCurrentWidget(self._page_of[mode])
        self._page_of[mode].setFocus()

    @property
    def mode(self) -> str:
        """The mode that is shown."""
        shown = self._pages.currentWidget()
        return next(mode for mode, page in self._page_of.items() if page is shown)

    def show_first_start(self) -> None:
        """Show the card over a flat trace, and how to read what will come."""
        self._frames.hide()
        self._right.setCurrentWidget(self.how_to_read)
        self.first_start.show()
        self.first_start.raise_()
        self.first_start.setFocus()
        self._place_card()

    def show_connection(self) -> None:
        """Make room for a connection's frames."""
        if self.is_at_first_start:
            self.timeline.show_seconds(FIRST_SPAN)
        self.first_start.hide()
        self._frames.show()
        self.setFocus()  # keys reach the window; no panel is marked before a person chooses one

    def name_connection(self, name: str) -> None:
        """Name the connection that is shown in the window's title."""
        self.setWindowTitle(f"Framescope – {visible(name)}" if name else "Framescope")

    def show_detail(self) -> None:
        """Bring the frame detail up; until the first frame is chosen the legend stands there."""
        self._right.setCurrentWidget(self.detail)

    def show_diagnosis(self) -> None:
        """Bring up why the connection ended, in a wider panel. The focus stays where it is."""
        self.show_detail()
        self.detail.show_tab(DIAGNOSIS)
        centre, right = self._body.sizes()
        if right < DIAGNOSIS_WIDTH:
            self._body.setSizes([centre + right - DIAGNOSIS_WIDTH, DIAGNOSIS_WIDTH])

    @property
    def is_at_first_start(self) -> bool:
        """Tell whether no connection was shown yet."""
        return self.first_start.isVisibleTo(self)

    def finish(self) -> None:
        """Really close now."""
        self._may_close = True
        self.close()

    def _lay_out(self) -> None:
        frames = QVBoxLayout(self._frames)
        frames.setContentsMargins(0, 0, 0, 0)
        frames.setSpacing(0)
        frames.addWidget(self.head)
        frames.addWidget(self.table, 1)
        frames.addWidget(_line())
        frames.addWidget(self.composer)
        self._centre.addWidget(self.timeline)
        self._centre.addWidget(self._frames)
        self._centre.setStretchFactor(0, 3)
        self._centre.setStretchFactor(1, 2)
        self._right.addWidget(self.how_to_read)
        self._right.addWidget(self.detail)
        right = QWidget()
        right.setMinimumWidth(340)
        right.setMaximumWidth(640)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._right, 1)
        ground = QVBoxLayout(self._ground)
        ground.setContentsMargins(0, 0, 0, 0)
        ground.addWidget(self._centre)
        self._body.addWidget(self._ground)
        self._body.addWidget(right)
        self._body.setStretchFactor(0, 1)
        self._body.setStretchFactor(1, 0)
        self._body.reset()
        self._stack_bands()

    def _stack_bands(self) -> None:
        """Top bar, knobs, body, status: the window from top to bottom."""
        knobs = QHBoxLayout()
        knobs.setContentsMargins(0, 0, 0, 0)
        knobs.setSpacing(0)
        knobs.addWidget(self.knobs, 1)
        knobs.addWidget(self.code)
        connect = QWidget()
        page = QVBoxLayout(connect)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(knobs)
        page.addWidget(_line())
        page.addWidget(self._body, 1)
        page.addWidget(self.status)
        self._page_of["Connect"] = connect
        self._pages.addWidget(connect)
        all_of_it = QVBoxLayout()
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addWidget(self.bar)
        all_of_it.addWidget(_line())
        all_of_it.addWidget(self._pages, 1)
        centre = QWidget()
        centre.setLayout(all_of_it)
        self.setCentralWidget(centre)

    def _place_card(self) -> None:
        """Centre the card over the trace."""
        room = self._ground.rect()
        width = min(self.first_start.maximumWidth(), room.width() - 96)
        height = max(self.first_start.heightForWidth(width), self.first_start.sizeHint().height())
        self.first_start.setGeometry(QRect((room.width() - width) // 2, (room.height() - height) // 3, width, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.timeline.fold_rtt(self.height() < RTT_FOLD_HEIGHT)
        self.code.setFixedWidth(max(CODE_WIDTH, min(RIGHT_WIDTH, self.width() - len(KNOBS) * KNOB_WIDTH)))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.closing_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = QGuiApplication.clipboard().text().strip() if event.matches(QKeySequence.StandardKey.Paste) else ""
        # Before there is a connection whatever is pasted is meant as an address, "localhost:9001" as well.
        if text and (self.is_at_first_start or text.lower().startswith(("ws://", "wss://"))):
            self.address_pasted.emit(text.splitlines()[0])
            return
        event.ignore()
        self.key_pressed.emit(event)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("kind", "line")
    line.setFixedHeight(1)
    return line
