"""Which QSS does the chrome wear? One template, filled with a theme's tokens.

Widgets say what they are by dynamic properties: `kind` on QPushButton ("primary", "plain", "quiet",
"danger", "chip") and `tone` on labels ("quiet", "caption", "heading", "err", "acc", "warn").
"""

from __future__ import annotations

from collections.abc import Callable
from string import Template

_QSS = Template("""
QWidget { color: $fg0; }
QMainWindow, QDialog { background: $bg1; }
QToolTip { background: $bg2; color: $fg0; border: 1px solid $line2; padding: 4px 6px; }
QLabel[tone="quiet"] { color: $fg1; }
QLabel[tone="caption"] { color: $fg2; }
QLabel[tone="heading"] { color: $fg0; }
QLabel[tone="acc"] { color: $acc; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="err"] { color: $err; }
QLabel[tone="link"] { color: $info; }
QLabel[tone="chip"] { background: $bg2; color: $fg1; border: 1px solid $line2; border-radius: 4px; padding: 1px 7px; }
QLabel[tone="ping"] { color: $pingt; }
QPushButton { background: $bg2; color: $fg0; border: 1px solid $line2; border-radius: 5px; padding: 0 12px;
              min-height: 26px; }
QPushButton:hover { background: $bg3; }
QPushButton:disabled { color: $fg3; background: $bg2; border-color: $line; }
QPushButton:focus { border: 2px solid $fg0; padding: 0 11px; min-height: 24px; }
QPushButton[kind="primary"] { background: $acc; color: $onacc; border-color: $acc; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $acc2; color: $fg0; }
QPushButton[kind="primary"]:disabled { background: $bg2; color: $fg3; border-color: $line; }
QPushButton[kind="primary"]:focus { border: 2px solid $fg0; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $fg1; padding: 0 8px; }
QPushButton[kind="quiet"]:hover { background: $bg3; color: $fg0; }
QPushButton[kind="quiet"]:disabled { color: $fg3; background: transparent; }
QPushButton[kind="quiet"]:focus { border: 2px solid $fg0; padding: 0 7px; }
QPushButton[measure="small"] { min-height: 22px; padding: 0 9px; }
QPushButton[measure="small"]:focus { min-height: 20px; padding: 0 8px; }
QPushButton[measure="hero"] { min-height: 38px; padding: 0 20px; }
QPushButton[measure="hero"]:focus { min-height: 36px; padding: 0 19px; }
QPushButton[kind="link"] { background: transparent; border-color: transparent; color: $info; padding: 0 6px;
              min-height: 20px; }
QPushButton[kind="link"]:focus { border: 2px solid $fg0; padding: 0 5px; min-height: 18px; }
QPushButton[kind="reference"] { background: transparent; border: 0; color: $info; padding: 0 4px; min-height: 17px; }
QPushButton[kind="reference"]:hover { text-decoration: underline; }
QPushButton[kind="reference"]:focus { border: 2px solid $fg0; border-radius: 4px; padding: 0 2px; min-height: 13px; }
QPushButton[kind="segment"] { background: transparent; border-color: transparent; color: $fg1; padding: 0 10px;
              min-height: 24px; }
QPushButton[kind="segment"]:hover { color: $fg0; }
QPushButton[kind="segment"]:checked { background: $bg3; border-color: $line2; color: $fg0; }
QPushButton[kind="segment"]:focus { border: 2px solid $fg0; padding: 0 9px; min-height: 22px; }
QPushButton[kind="small"], QPushButton[kind="lit"] { min-height: 20px; padding: 0 8px; }
QPushButton[kind="small"] { background: transparent; border-color: transparent; color: $fg1; }
QPushButton[kind="small"]:hover { background: $bg3; color: $fg0; }
QPushButton[kind="small"]:checked { background: $bg3; border-color: $line2; color: $fg0; }
QPushButton[kind="lit"] { background: $accbg; border-color: $acc2; color: $acc; }
QPushButton[kind="small"]:focus, QPushButton[kind="lit"]:focus { border: 2px solid $fg0; padding: 0 7px;
              min-height: 18px; }
QPushButton[has_key="true"] { text-align: left; }
QPushButton[kind="danger"] { color: $err; border-color: $err2; }
QPushButton[kind="chip"] { min-height: 18px; max-height: 18px; border-radius: 4px; padding: 0 8px; color: $fg1; }
QPushButton[kind="chip"]:checked { background: $accbg; color: $acc; border-color: $acc2; }
QLineEdit, QPlainTextEdit, QSpinBox { background: $field; color: $fg0; border: 1px solid $edge; border-radius: 5px;
              padding: 0 8px; selection-background-color: $acc2; selection-color: $fg0; }
QPlainTextEdit[kind="bare"] { background: transparent; border: 0; padding: 0; }
QLineEdit:focus, QPlainTextEdit:focus { border: 1px solid $acc; }
QLineEdit[is_refused="true"], QPlainTextEdit[is_refused="true"] { border: 1px solid $err; }
QLineEdit[is_changed="true"] { border: 1px solid $acc; }
QLineEdit:disabled { color: $fg3; border-color: $line2; }
QComboBox { background: $bg2; color: $fg0; border: 1px solid $line2; border-radius: 5px; padding: 0 8px;
            min-height: 26px; }
QComboBox::drop-down { border: 0; background: transparent; width: 20px; }
QComboBox:focus { border: 2px solid $fg0; }
QComboBox QAbstractItemView { background: $bg2; border: 1px solid $line2; selection-background-color: $bg3; }
QMenu { background: $bg2; border: 1px solid $line2; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 12px; border-radius: 4px; }
QMenu::item:selected { background: $bg3; }
QMenu::item:disabled { color: $fg3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QTabBar { background: $bg1; }
QTabBar::tab { background: transparent; color: $fg2; padding: 6px 2px; margin: 0 9px;
               border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $fg0; border-bottom: 2px solid $acc; }
QTabBar::tab:hover { color: $fg0; }
QTabBar[kind="tight"]::tab { margin: 0 4px; }
QTabBar[kind="inner"]::tab:first { margin-left: 0; }
QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QHeaderView { background: $bg1; }
QHeaderView::section { background: $bg1; color: $fg2; border: 0; border-right: 1px solid $line;
                       border-bottom: 1px solid $line; padding: 0 8px; height: 26px; }
QTableView { background: $bg1; gridline-color: $line; border: 0; outline: 0; selection-background-color: $bg3;
             selection-color: $fg0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QSlider::groove:horizontal { height: 3px; border-radius: 1px; background: $bg3; }
QSlider::sub-page:horizontal { height: 3px; border-radius: 1px; background: $acc; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border-radius: 6px; background: $fg0;
             border: 1px solid $bg1; }
QSlider::handle:horizontal:focus { border: 2px solid $acc; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $fg3; }
QCheckBox { spacing: 6px; }
QFrame[kind="card"] { background: $bg2; border: 1px solid $line2; border-radius: 6px; }
QFrame[kind="group"] { background: $bg2; border: 1px solid $line2; border-radius: 5px; }
QFrame[kind="group"][is_alarm="true"] { background: $errbg; border: 1px solid $err2; }
QFrame[kind="panel"] { background: $bg1; }
QFrame[kind="line"] { background: $line; border: 0; }
""")

_TOKENS = [
    "fg0",
    "fg1",
    "fg2",
    "fg3",
    "bg1",
    "bg2",
    "bg3",
    "field",
    "edge",
    "line",
    "line2",
    "acc",
    "accbg",
    "acc2",
    "onacc",
    "warn",
    "err",
    "err2",
    "errbg",
    "pingt",
    "info",
]


def build(hexadecimal: Callable[[str], str]) -> str:
    """Fill the template; `hexadecimal` gives a token's colour as "#RRGGBB"."""
    return _QSS.substitute({token: hexadecimal(token) for token in _TOKENS})
