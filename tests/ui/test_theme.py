"""Is every text readable, does a theme reach everything, and does "system" follow the system?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from framescope.ui import theme as theme_module
from framescope.ui.theme import THEMES, Look

GROUNDS = ("bg0", "bg1", "bg2", "scope", "field")
TEXTS = ("fg0", "fg1", "fg2", "acc", "warn", "err", "info", "pingt", "pongt")
#: Words on a ground of their own: buttons, chips, banners, bit fields.
PAIRS = [
    *[(text, ground) for text in TEXTS for ground in GROUNDS],
    ("fg0", "bg3"), ("fg1", "bg3"),
    ("onacc", "acc"), ("acc", "accbg"), ("fg0", "acc2"),
    ("fg0", "warnbg"), ("warn", "warnbg"), ("fg0", "errbg"), ("fg1", "errbg"), ("err", "errbg"), ("info", "infobg"),
    ("k_ctl", "f_ctl"), ("k_op", "f_op"), ("k_mask", "f_mask"), ("k_len", "f_len"), ("k_key", "f_key"),
    ("k_pay", "f_pay"),
    *[(token, ground) for token in ("j_key", "j_str", "j_num", "j_kw") for ground in ("bg0", "bg1", "bg2", "field")],
]  # fmt: skip
MARKS = ("text", "binary", "cont", "close", "ping", "pong")


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(look: Look, one: str, other: str) -> float:
    light, dark = sorted((luminance(look.color(one)), luminance(look.color(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert luminance(QColor("#fff")) == pytest.approx(1.0)
    assert luminance(QColor("#000")) == 0.0


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_has_a_contrast_of_4_5(qapp: object, theme: str) -> None:
    look = Look(theme)
    poor = [
        f"{text} on {ground}: {contrast(look, text, ground):.2f}"
        for text, ground in PAIRS
        if contrast(look, text, ground) < 4.5
    ]
    assert poor == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_marks_and_edges_have_a_contrast_of_3(qapp: object, theme: str) -> None:
    look = Look(theme)
    poor = [mark for mark in MARKS if contrast(look, mark, "scope") < 2.995]
    assert poor == []
    assert contrast(look, "edge", "field") >= 2.95  # UI.md 1: "3.0:1"


def test_both_themes_have_the_same_tokens() -> None:
    tokens = theme_module._tokens()
    assert set(tokens["dark"]) == set(tokens["light"])
    assert all(QColor(value).isValid() for values in tokens.values() for value in values.values())


def test_every_icon_can_be_drawn_in_its_colour(look: Look) -> None:
    for name in theme_module._icons():
        image = look.pixmap(name, "acc", 16).toImage()
        drawn = {image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height())}
        assert drawn == {True, False}, name
    assert look.pixmap("x", "acc", 20).deviceIndependentSize().width() == 20


class Hints:
    """The system's hints, as far as a theme asks them."""

    def __init__(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme


@pytest.mark.parametrize(
    ("scheme", "name"),
    [(Qt.ColorScheme.Light, "light"), (Qt.ColorScheme.Dark, "dark"), (Qt.ColorScheme.Unknown, "dark")],
)
def test_system_is_what_the_system_says(
    look: Look, monkeypatch: pytest.MonkeyPatch, scheme: Qt.ColorScheme, name: str
) -> None:
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: Hints(scheme))
    look.choose("system")
    assert look.name == name
    assert look.hex("bg1") == theme_module._tokens()[name]["bg1"].lower()


@pytest.mark.parametrize(("choice", "is_told"), [("system", True), ("dark", False), ("light", False)])
def test_only_system_follows_a_change(look: Look, choice: str, is_told: bool) -> None:
    look.choose(choice)
    told: list[bool] = []
    look.changed.connect(lambda: told.append(True))
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert bool(told) is is_told


@pytest.mark.parametrize("theme", THEMES)
def test_a_choice_is_told_and_kept(look: Look, theme: str) -> None:
    told: list[str] = []
    look.changed.connect(lambda: told.append(look.choice))
    look.choose(theme)
    assert told == [theme]


def test_alpha_leaves_the_token_alone(look: Look) -> None:
    assert look.color("acc", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)
    assert look.color("acc").alphaF() == 1.0


def test_the_application_wears_it(qapp: QApplication) -> None:
    before = (qapp.palette(), qapp.styleSheet(), qapp.font())
    look = Look("light")
    look.apply(qapp)
    assert qapp.palette().color(QPalette.ColorRole.Window) == look.color("bg1")
    disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled == look.color("fg3")
    assert look.hex("fg0") in qapp.styleSheet()
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])
    qapp.setFont(before[2])


def test_fonts_are_measured_in_pixels_and_figures_stand_in_columns(look: Look) -> None:
    for font in (look.words(12.4, 600), look.mono(12.4, 600)):
        assert (font.pixelSize(), font.weight()) == (12, 600)
    assert look.words(0).pixelSize() == 1
