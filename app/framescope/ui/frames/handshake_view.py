"""Shows the opening handshake line by line, as it passed, and what the two sides agreed on."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QVBoxLayout, QWidget

from framescope.capture.details import HandshakeInfo
from framescope.ui.frames.text_view import TextView
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_WAITING = "No handshake yet"
_HEADER = re.compile(r"([^\s:]+):")


class HandshakeView(QWidget):
    """Request and response in one text pane; the agreement above it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: HandshakeInfo | None = None
        self._agreed = PlainLabel(_WAITING, tone="heading", font=look.words(12, 600), parent=self)
        self._details = PlainLabel(tone="caption", font=look.words(12), parent=self)
        self._details.setWordWrap(True)
        self._text = TextView(look, "Opening handshake", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 4, 8)
        layout.setSpacing(6)
        self._details.setContentsMargins(0, 0, 0, 6)
        layout.addWidget(self._agreed)
        layout.addWidget(self._details)
        layout.addWidget(self._text, 1)

    def show_handshake(self, handshake: HandshakeInfo | None) -> None:
        """Show a connection's handshake; None while there is none."""
        if handshake is self._shown:
            return
        self._shown = handshake
        if handshake is None:
            self._agreed.setText(_WAITING)
            self._details.setText("")
            self._text.show_text("")
            return
        self._agreed.setText(
            "Accepted" if handshake.is_accepted else f"Refused: HTTP {handshake.status} instead of 101"
        )
        self._agreed.set_tone("heading" if handshake.is_accepted else "err")
        self._details.setText(agreement_of(handshake) if handshake.is_accepted else "")
        self._text.show_text(lines_of(handshake), tokens_of_line)

    @property
    def text(self) -> str:
        return self._text.text

    @property
    def agreement(self) -> str:
        return self._details.text()


def lines_of(handshake: HandshakeInfo) -> str:
    """Write request and response, one line each, every line end drawn by us and none by the peer."""
    request = [handshake.request_line, *(f"{name}: {value}" for name, value in handshake.request_headers)]
    status = f"HTTP/1.1 {handshake.status} {handshake.reason}".rstrip()
    response = [status, *(f"{name}: {value}" for name, value in handshake.response_headers)] if handshake.status else []
    blocks = ["\n".join(map(visible, block)) for block in (request, response) if block]
    if handshake.body:
        blocks.append("\n".join(map(visible, handshake.body.splitlines())))
    return "\n\n".join(blocks)


def agreement_of(handshake: HandshakeInfo) -> str:
    """Say which subprotocol and which extensions were agreed."""
    subprotocol, extensions = visible(handshake.subprotocol or "none"), visible(handshake.extensions or "none")
    return f"Subprotocol: {subprotocol} · Extensions: {extensions}"


def tokens_of_line(line: str) -> list[tuple[int, int, str]]:
    """Colour a header's name and its value, or a status line."""
    header = _HEADER.match(line)
    if header is not None:
        return [(0, header.end(1), "k_op"), (header.end(), len(line), "fg1")]
    return [(0, len(line), "fg0")]
