"""How is a connection begun and ended? The top bar: mode, address, Connect or Close, state, theme, menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from framescope.engine.state import State
from framescope.probe.option_text import BadOption
from framescope.ui.bar.address_field import AddressField
from framescope.ui.bar.mode_segments import ModeSegments
from framescope.ui.bar.options_panel import OptionsPanel
from framescope.ui.bar.state_pill import StatePill
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.theme import Look

_ACTIONS = {
    None: "Connect",
    State.CONNECTING: "Cancel",
    State.OPEN: "Close",
    State.CLOSING: "Closing",
    State.CLOSED: "Connect",
}
_NOT_CHECKED = "certificate will not be checked"


#: Icon and word of each mode that is built.
MODES = (("plug", "Connect"), ("flask", "Lab"))


class ConnectionBar(QWidget):
    """The top bar. It asks for connections; what becomes of them it is told by `show_state`."""

    connect_asked = Signal(object)  #: ConnectOptions, the knobs at their defaults
    close_asked = Signal()
    theme_asked = Signal()
    menu_asked = Signal(QPoint)  #: where the menu opens, global

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state: State | None = None
        self._is_busy = False
        self._summary, self._summary_tone = "", "caption"
        self.modes = ModeSegments(look, MODES, self)
        self._parts = QStackedWidget(self)  #: what belongs to the mode
        self._part_of: dict[str, QWidget] = {}
        self.address = AddressField(look, self)
        self.action = IconButton(look, "plug", "Connect", kind="primary", parent=self)
        self.pill = StatePill(look, self)
        self.theme = IconButton(look, "sun", kind="quiet", hint="Change the theme", parent=self)
        self.menu = IconButton(look, "menu", kind="quiet", hint="Menu", parent=self)
        self.panel = OptionsPanel(look, self)
        self.panel.hide()
        self._lay_out()
        self._connect_signals()
        self._show_action()
        self._show_theme()

    def set_address(self, address: str) -> None:
        """Put an address into the field."""
        self.address.set_text(address)

    def focus_address(self) -> None:
        """Let the person type an address."""
        self.address.focus()

    def set_summary(self, text: str, is_alarming: bool = False) -> None:
        """Say what the connection agreed on: "TLS 1.3 · no compression"; in red what a person must not overlook."""
        self._summary, self._summary_tone = text, "err" if is_alarming else "caption"
        self._show_summary()

    def set_busy(self, is_busy: bool) -> None:
        """Hold the button while an answer is on its way."""
        self._is_busy = is_busy
        self._show_action()

    def show_state(
        self, state: State | None, elapsed_s: float = 0.0, code: int | None = None, is_error: bool = False
    ) -> None:
        """Show where the connection stands; None for no connection."""
        self.pill.show_state(state, elapsed_s, code, is_error)
        if state is not self._state:
            self._state = state
            self._show_action()

    def add_part(self, mode: str, part: QWidget) -> None:
        """Take in what stands in the bar in a mode."""
        self._part_of[mode] = part
        self._parts.addWidget(part)

    def show_mode(self, mode: str) -> None:
        """Show a mode's own part, and its segment as chosen."""
        self.modes.choose(mode)
        self.panel.close_up()
        self._parts.setCurrentWidget(self._part_of[mode])

    def ask_connect(self) -> None:
        """Go to the address in the field, as if Connect had been pressed."""
        self.address.enter()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(_Logo(self._look, self))
        row.addWidget(self.modes)
        row.addWidget(self._parts, 1)
        connect = QWidget()
        inner = QHBoxLayout(connect)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(self.address, 1)
        inner.addWidget(self.action)
        inner.addWidget(self.pill)
        self.add_part("Connect", connect)
        icons = QHBoxLayout()
        icons.setSpacing(0)
        icons.addWidget(self.theme)
        icons.addWidget(self.menu)
        row.addLayout(icons)
        QWidget.setTabOrder(self.action, self.theme)
        QWidget.setTabOrder(self.theme, self.menu)
        self.action.setMinimumHeight(self.address.height())
        self.setFixedHeight(max(48, self.address.height() + 16))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect_signals(self) -> None:
        self.address.entered.connect(self._connect)
        self.address.edited.connect(lambda _: self._show_action())
        self.address.options_asked.connect(self._toggle_options)
        self.action.clicked.connect(self._act)
        self.theme.clicked.connect(self.theme_asked)
        self.menu.clicked.connect(self._ask_menu)
        self.panel.changed.connect(self._show_summary)
        self._look.changed.connect(self._show_theme)

    def _connect(self, url: str) -> None:
        if self._is_busy or self._state not in (None, State.CLOSED):
            return
        try:
            options = self.panel.options(url)
        except BadOption:
            self._open_options()
            return
        self.panel.close_up()
        self.panel.check_again()
        self.connect_asked.emit(options)

    def _act(self) -> None:
        if self._state in (None, State.CLOSED):
            self.address.enter()
        else:
            self.close_asked.emit()

    def _toggle_options(self) -> None:
        self.panel.close_up() if self.panel.isVisible() else self._open_options()

    def _open_options(self) -> None:
        self.panel.open_below(self.address)

    def _ask_menu(self) -> None:
        self.menu_asked.emit(self.menu.mapToGlobal(QPoint(0, self.menu.height() + 2)))

    def _show_action(self) -> None:
        is_idle = self._state in (None, State.CLOSED)
        self.action.setText(_ACTIONS[self._state])
        self.action.set_icon("plug" if is_idle else "x")
        self.action.set_kind("primary" if is_idle else "plain")
        has_address = bool(self.address.text.strip())
        is_closing = self._state is State.CLOSING
        self.action.setEnabled(not self._is_busy and not is_closing and (has_address or not is_idle))

    def _show_summary(self) -> None:
        if self.panel.is_verified:
            self.address.set_summary(self._summary, self._summary_tone)
        else:
            self.address.set_summary(_NOT_CHECKED, "err")

    def _show_theme(self) -> None:
        self.theme.set_icon("sun" if self._look.name == "dark" else "moon")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("bg1"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.color("line"))
        painter.end()


class _Logo(QWidget):
    """The trace in a rounded square."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedSize(QSize(26, 26))
        self.setAccessibleName("Framescope")
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("line2"), 1))
        painter.setBrush(self._look.color("scope"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.drawPixmap(4, 4, self._look.pixmap("scope", "acc", 18))
        painter.end()
