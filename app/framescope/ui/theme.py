"""How does everything look? Tokens, fonts and icons of one theme, for QPalette, QSS and QPainter alike."""

from __future__ import annotations

import json
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from framescope.resources import resource
from framescope.ui import style_sheet

THEMES = ("dark", "light", "system")
_STROKE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="{path}" fill="none" stroke="{color}"'
    ' stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


@cache
def _tokens() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(resource("themes", "tokens.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _icons() -> dict[str, str]:
    loaded: dict[str, str] = json.loads(resource("icons", "icons.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _family(wanted: str, fallback: QFontDatabase.SystemFont) -> str:
    if wanted in QFontDatabase.families():
        return wanted
    return QFontInfo(QFontDatabase.systemFont(fallback)).family()


class Look(QObject):
    """The theme in force. Widgets hold one, ask it while painting and repaint on `changed`."""

    changed = Signal()

    def __init__(self, theme: str = "dark", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = theme
        self._colors: dict[str, QColor] = {}
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        self._load()

    @property
    def name(self) -> str:
        """The theme shown: "dark" or "light"."""
        if self.choice != "system":
            return self.choice
        scheme = QGuiApplication.styleHints().colorScheme()
        return "light" if scheme == Qt.ColorScheme.Light else "dark"

    def choose(self, theme: str) -> None:
        """Show `theme`: "dark", "light" or "system"."""
        self.choice = theme
        self._load()
        self.changed.emit()

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """Return a token's colour; `alpha` from 0 to 1."""
        color = self._colors[token]
        if alpha >= 1.0:
            return color
        faded = QColor(color)
        faded.setAlphaF(alpha)
        return faded

    def hex(self, token: str) -> str:
        """Return a token's colour as "#RRGGBB"."""
        return self._colors[token].name()

    def words(self, pixels: float = 12, weight: int = 400) -> QFont:
        """Return the font for words. `pixels` at 100 %; weights 400, 500 and 600."""
        return _font(_family("Inter", QFontDatabase.SystemFont.GeneralFont), pixels, weight)

    def mono(self, pixels: float = 11, weight: int = 400) -> QFont:
        """Return the fixed font for data, ligatures off."""
        return _font(_family("JetBrains Mono", QFontDatabase.SystemFont.FixedFont), pixels, weight)

    def icon(self, name: str, token: str = "fg1", size: int = 16) -> QIcon:
        """Return an icon of `icons.json` tinted with a token."""
        return QIcon(self.pixmap(name, token, size))

    def pixmap(self, name: str, token: str = "fg1", size: int = 16) -> QPixmap:
        """Draw an icon's stroke at `size` px, sharp on high-density screens."""
        ratio = 2.0
        pixmap = QPixmap(QSize(size, size) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing = _STROKE.format(path=_icons()[name], color=self.hex(token))
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
        painter.end()
        return pixmap

    def apply(self, application: QApplication) -> None:
        """Give the whole application this palette, style sheet and font."""
        application.setStyle("Fusion")
        application.setFont(self.words())
        application.setPalette(self._palette())
        application.setStyleSheet(style_sheet.build(self.hex))

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, token in (
            (roles.Window, "bg1"),
            (roles.WindowText, "fg0"),
            (roles.Base, "field"),
            (roles.AlternateBase, "bg2"),
            (roles.Text, "fg0"),
            (roles.Button, "bg2"),
            (roles.ButtonText, "fg0"),
            (roles.BrightText, "err"),
            (roles.Highlight, "bg3"),
            (roles.HighlightedText, "fg0"),
            (roles.Link, "info"),
            (roles.ToolTipBase, "bg2"),
            (roles.ToolTipText, "fg0"),
            (roles.PlaceholderText, "fg2"),
            (roles.Light, "bg3"),
            (roles.Mid, "line2"),
            (roles.Dark, "line"),
            (roles.Accent, "acc"),
        ):
            palette.setColor(role, self.color(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("fg3"))
        return palette

    def _load(self) -> None:
        self._colors = {token: QColor(value) for token, value in _tokens()[self.name].items()}

    def _system_changed(self) -> None:
        if self.choice == "system":
            self._load()
            self.changed.emit()


def _font(family: str, pixels: float, weight: int) -> QFont:
    font = QFont(family)
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setFeature(QFont.Tag("calt"), 0)
    return font
