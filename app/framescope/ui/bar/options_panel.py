"""How shall the connection be opened? Headers, cookies, subprotocols, origin, certificates, compression."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from framescope.probe.messages import ConnectOptions
from framescope.probe.option_text import (
    BadOption,
    read_ca_file,
    read_cookies,
    read_headers,
    read_origin,
    read_subprotocols,
)
from framescope.ui.controls.switch import Switch
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_WIDTH = 460  # px at 100 %


class OptionsPanel(QFrame):
    """The fields behind the address's drop-down. Nothing here is sent before `options` has read it."""

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("kind", "card")
        self.headers = _lines_edit(look, "Authorization: Bearer …")
        self.cookies = _lines_edit(look, "session=…")
        self.subprotocols = _line_edit(look, "graphql-transport-ws, mqtt")
        self.origin = _line_edit(look, "https://example.org")
        self.ca_file = _line_edit(look, "the system's certificates")
        self.browse = QPushButton("Browse…", self)
        self.check_switch = Switch(look, "Check the certificate", off_token="err", parent=self)
        self.check_switch.setChecked(True)
        self.compression = Switch(look, "Compression", parent=self)
        self.compression.setChecked(True)
        self._check_note = PlainLabel(tone="err", font=look.words(11, 500), parent=self)
        self._complaint = PlainLabel(tone="err", font=look.words(11), parent=self)
        self._complaint.setWordWrap(True)
        self._dialog: QFileDialog | None = None
        self._opener: QWidget | None = None
        self._refused: QWidget | None = None
        self._lay_out()
        self._connect_signals()
        self._show_check()
        self._set_complaint("")

    @property
    def is_verified(self) -> bool:
        """Whether the next connection's certificate is checked."""
        return self.check_switch.isChecked()

    @property
    def is_plain(self) -> bool:
        """Whether every option stands at its default."""
        fields = [self.headers.toPlainText(), self.cookies.toPlainText()]
        fields += [self.subprotocols.text(), self.origin.text(), self.ca_file.text()]
        return self.is_verified and self.compression.isChecked() and not any(field.strip() for field in fields)

    def options(self, url: str) -> ConnectOptions:
        """Read every field; `BadOption` for one that cannot be sent, which then says so itself."""
        try:
            read = ConnectOptions(
                url=url,
                headers=read_headers(self.headers.toPlainText()),
                cookies=read_cookies(self.cookies.toPlainText()),
                subprotocols=read_subprotocols(self.subprotocols.text()),
                origin=read_origin(self.origin.text()),
                ca_file=read_ca_file(self.ca_file.text()),
                is_verified=self.is_verified,
                compression="deflate" if self.compression.isChecked() else None,
            )
        except BadOption as error:
            self._set_complaint(str(error), error.field)
            raise
        self._set_complaint("")
        return read

    def open_below(self, field: QWidget) -> None:
        """Open over the window's content, under `field`. (No pop-up window: those grab the keyboard.)"""
        self._opener = field
        self.setParent(field.window())
        self.adjustSize()
        corner = field.mapTo(field.window(), QPoint(field.width() - self.width(), field.height() + 4))
        self.move(max(4, corner.x()), corner.y())
        self.show()
        self.raise_()
        (self._refused or self.headers).setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Close; what was written stays for the next connect."""
        if self.isVisible():
            self.hide()
            if self._opener is not None:
                self._opener.setFocus(Qt.FocusReason.PopupFocusReason)

    def check_again(self) -> None:
        """Check certificates again: switching that off holds for one connection only."""
        self.check_switch.setChecked(True)

    def _lay_out(self) -> None:
        caption = self._look.words(11)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        self.setMinimumWidth(round(_WIDTH * self._look.words(12).pixelSize() / 12))
        for title, widget in (
            ("Headers, “Name: value”, one a line", self.headers),
            ("Cookies, “name=value”, one a line", self.cookies),
            ("Subprotocols, between commas, in order of preference", self.subprotocols),
            ("Origin", self.origin),
        ):
            column.addWidget(_caption(title, widget, caption))
            column.addWidget(widget)
            column.addSpacing(4)
        column.addWidget(_caption("Certificates to trust (CA file)", self.ca_file, caption))
        column.addLayout(_row(self.ca_file, self.browse))
        column.addSpacing(6)
        column.addLayout(_row(self.check_switch, PlainLabel("Check the certificate", parent=self), self._check_note))
        column.addLayout(_row(self.compression, PlainLabel("Offer compression (permessage-deflate)", parent=self)))
        column.addWidget(self._complaint)

    def _connect_signals(self) -> None:
        for edit in (self.headers, self.cookies):
            edit.textChanged.connect(self._edited)
        for line in (self.subprotocols, self.origin, self.ca_file):
            line.textChanged.connect(self._edited)
        self.check_switch.toggled.connect(self._show_check)
        self.compression.toggled.connect(self._edited)
        self.browse.clicked.connect(self._browse)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def _edited(self) -> None:
        self._set_complaint("")
        self.changed.emit()

    def _show_check(self) -> None:
        self._check_note.setText("" if self.is_verified else "not checked · this connection only")
        self.changed.emit()

    def _set_complaint(self, text: str, field: str = "") -> None:
        self._complaint.setText(text)
        self._refused = None
        self._complaint.setVisible(bool(text))
        for name in ("headers", "cookies", "subprotocols", "origin", "ca_file"):
            widget: QWidget = getattr(self, name)
            is_refused = "true" if name == field else "false"
            if widget.property("is_refused") != is_refused:
                widget.setProperty("is_refused", is_refused)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
            if name == field:
                self._refused = widget
                widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Close when the person goes on elsewhere in the window."""
        if self.isVisible() and new is not None and new.window() is self.window() and not self.isAncestorOf(new):
            self.hide()

    def _browse(self) -> None:
        """Choose a file without blocking the event loop."""
        self._dialog = QFileDialog(self.window(), "Certificates to trust")
        self._dialog.setNameFilters(["Certificates (*.pem *.crt *.cer)", "All files (*)"])
        self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.fileSelected.connect(self.ca_file.setText)
        self._dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            super().keyPressEvent(event)


def _line_edit(look: Look, placeholder: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setFont(look.mono(12))
    edit.setPlaceholderText(placeholder)
    edit.setMinimumHeight(max(28, edit.fontMetrics().height() + 10))
    return edit


def _lines_edit(look: Look, placeholder: str) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setFont(look.mono(12))
    edit.setPlaceholderText(placeholder)
    edit.setTabChangesFocus(True)
    edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    edit.setFixedHeight(edit.fontMetrics().lineSpacing() * 3 + 14)
    return edit


def _caption(text: str, buddy: QWidget, font: QFont) -> PlainLabel:
    buddy.setAccessibleName(text)
    return PlainLabel(text, tone="caption", font=font)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
    if not isinstance(widgets[0], QLineEdit):
        row.addStretch(1)
    return row
