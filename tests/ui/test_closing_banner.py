"""Does the banner show the end verbatim and as plain text, red or grey, with the way back?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from framescope.ui.closing_banner import ClosingBanner
from framescope.ui.theme import Look

HEADLINE = "ConnectionClosedError: sent 1011 (internal error) keepalive ping timeout; no close frame received"


@pytest.fixture
def banner(look: Look, qtbot: Any) -> ClosingBanner:
    banner = ClosingBanner(look)
    qtbot.addWidget(banner)
    banner.resize(1000, 80)
    return banner


def ground(banner: ClosingBanner) -> str:
    return banner.grab().toImage().pixelColor(2, 2).name()


def test_the_headline_is_verbatim(banner: ClosingBanner) -> None:
    banner.show_end(HEADLINE, "Your own side closed this connection at 160.230 s.")
    assert banner.headline.text() == HEADLINE
    assert banner.sentence.text() == "Your own side closed this connection at 160.230 s."
    assert banner.advice.isHidden()
    assert banner.isVisible()


def test_a_refusal_comes_with_advice(banner: ClosingBanner) -> None:
    banner.show_end("InvalidStatus: server rejected it: HTTP 403", "Not a WebSocket.", "Add a header.")
    assert (banner.advice.text(), banner.advice.isHidden()) == ("Add a header.", False)


def test_red_when_it_broke_and_grey_when_both_agreed(banner: ClosingBanner, look: Look) -> None:
    banner.show_end(HEADLINE, "", is_error=True)
    assert ground(banner) == look.hex("errbg")
    banner.show_end("ConnectionClosedOK: sent 1000 (OK); then received 1000 (OK)", "", is_error=False)
    assert ground(banner) == look.hex("bg2")


def test_a_reason_from_the_wire_is_never_markup(banner: ClosingBanner) -> None:
    banner.show_end("x: <img src='/etc/passwd'>\n\u202e", "<b>no</b>", "<i>no</i>")
    assert banner.headline.text() == "x: <img src='/etc/passwd'>␊\\u202e"
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in banner.findChildren(QLabel))


def test_reconnect_is_asked_for(banner: ClosingBanner, qtbot: Any) -> None:
    banner.show_end(HEADLINE, "")
    with qtbot.waitSignal(banner.reconnect_asked):
        qtbot.mouseClick(banner.reconnect, Qt.MouseButton.LeftButton)


def test_it_can_be_put_away_and_comes_back_with_the_next_end(banner: ClosingBanner, qtbot: Any) -> None:
    banner.show_end(HEADLINE, "")
    qtbot.mouseClick(banner.dismiss, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    banner.show_end(HEADLINE, "")
    assert banner.isVisible()


def test_in_a_narrow_panel_the_buttons_go_beneath_the_words(banner: ClosingBanner) -> None:
    banner.show_end(HEADLINE, "Your own side closed this connection.")
    beside = banner.reconnect.y() < banner.sentence.geometry().bottom()
    banner.resize(400, 300)
    banner.layout().activate()
    beneath = banner.reconnect.y() > banner.sentence.geometry().bottom()
    assert (beside, beneath) == (True, True)
    assert banner.headline.width() > 320
