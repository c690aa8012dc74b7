"""Is what the design asks for on the picture? Pixels are compared with the theme's colours where marks stand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from framescope.capture.details import ViolationInfo
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.theme import Look
from framescope.ui.timeline import painting
from framescope.ui.timeline.bands import bands
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.paint_keepalive import ping_y, pong_y
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.viewport import Viewport
from helpers import scope_traces
from helpers.made_trace import MadeTrace

HEIGHT = 330
BANDS = bands(HEIGHT)
CHANNEL = BANDS.keepalive


class Picture:
    """One paint, 900 px of plot; a feed of 40 s is 22 px a second wide."""

    def __init__(self, look: Look, made: MadeTrace, now: float, overlay: painting.Overlay | None = None) -> None:
        self.look, self.made = look, made
        style = TimelineStyle(look)
        self.view = Viewport()
        self.view.resize(900)
        ended = made.trace.story.ended
        self.view.begin(made.trace.start, ended.time if ended else scope_traces.moment(made, now))
        self.view.fit_all()
        exchanges = ExchangeColumns(made.trace.story)
        exchanges.refresh()
        self.image = QImage(900 + round(style.gutter), HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = style.gutter
        envelopes = {sent: EnvelopeCache(lane) for sent, lane in made.trace.lanes.items()}
        data = (made.trace, exchanges, envelopes)
        self.scene = Scene(painter, style, self.view, BANDS, left, left + 900, *data)
        painting.paint_scene(self.scene)
        if overlay is not None:
            painting.paint_overlay(self.scene, overlay)
        painter.end()

    def at(self, seconds: float, y: float, dx: float = 0.0) -> QColor:
        x = self.scene.x(scope_traces.moment(self.made, seconds)) + dx
        return self.image.pixelColor(math.floor(x), math.floor(y))

    def has(self, token: str, seconds: float, y: float, *, dx: float = 0.0, reach: int = 2) -> bool:
        """Is there a pixel of (nearly) this colour at most `reach` px away?"""
        wanted = self.look.color(token)
        return any(
            _distance(self.at(seconds, y + down, dx + right), wanted) < 40
            for down in range(-reach, reach + 1)
            for right in range(-reach, reach + 1)
        )


def _distance(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())


Paint = Callable[..., Picture]


@pytest.fixture(params=["dark", "light"])
def paint(request: pytest.FixtureRequest, qapp: object) -> Paint:
    look = Look(request.param)

    def picture(made: MadeTrace, now: float = 41.0, overlay: painting.Overlay | None = None) -> Picture:
        return Picture(look, made, now, overlay)

    return picture


def test_a_ping_is_a_triangle_above_and_its_pong_a_disc_below(paint: Paint) -> None:
    picture = paint(scope_traces.feed())
    assert picture.has("ping", 30, ping_y(CHANNEL))
    assert picture.has("pong", 31.84, pong_y(CHANNEL))
    assert not picture.has("ping", 30, pong_y(CHANNEL))


def test_a_slow_pong_is_joined_in_warn_a_quick_one_is_not(paint: Paint) -> None:
    picture = paint(scope_traces.feed())
    assert picture.has("warn", 30.92, CHANNEL.middle - 1, reach=4)
    assert not picture.has("warn", 20.02, CHANNEL.middle - 1, reach=4)


def test_a_met_window_is_faint_and_an_armed_one_stronger(paint: Paint) -> None:
    picture = paint(scope_traces.feed())
    y = CHANNEL.bottom - 4
    ground, met, armed = picture.at(25.2, y), picture.at(12.6, y), picture.at(40.4, y)
    assert 0 < _distance(ground, met) < _distance(ground, armed)
    assert picture.has("ping", 42.8, CHANNEL.middle)  # the solid edge at the deadline


def test_the_next_ping_is_dashed_and_hollow(paint: Paint) -> None:
    picture = paint(scope_traces.feed())
    column = [
        picture.has("ping", 44, y, reach=0) for y in range(round(BANDS.received.top), round(BANDS.received.bottom))
    ]
    assert 0.3 < sum(column) / len(column) < 0.8
    assert picture.has("ping", 44, ping_y(CHANNEL) + 3, dx=-2, reach=3)


def test_a_missed_deadline_is_a_line_across_the_lanes(paint: Paint) -> None:
    picture = paint(scope_traces.failed())
    for y in (BANDS.sent.top + 10, CHANNEL.middle - 15, BANDS.received.top + 40):
        assert picture.has("err", 50, y, reach=1)
    inside, outside = picture.at(40, CHANNEL.top + 5), picture.at(20, CHANNEL.top + 5)
    assert inside.red() - inside.green() > outside.red() - outside.green() + 10


def test_a_late_pong_is_a_hollow_disc_in_err(paint: Paint) -> None:
    picture = paint(scope_traces.failed())
    assert picture.has("err", 57.4, pong_y(CHANNEL), reach=6)
    assert not picture.has("err", 57.4, pong_y(CHANNEL), reach=1)
    assert not picture.has("pong", 57.4, pong_y(CHANNEL), reach=6)


def test_bars_grow_from_the_channel_with_their_size(paint: Paint) -> None:
    made = scope_traces.opened()
    made.frame(10, bytes(60_000), Opcode.BINARY)
    made.frame(20, bytes(20), Opcode.TEXT)
    made.frame(30, bytes(60_000), Opcode.BINARY, sent=True)
    picture = paint(made)
    assert picture.has("binary", 10, BANDS.received.top + 85, reach=3)
    assert picture.has("text", 20, BANDS.received.top + 22, reach=3)
    assert not picture.has("text", 20, BANDS.received.top + 40, reach=3)
    assert picture.has("binary", 30, BANDS.sent.bottom - 49, reach=3)


def test_a_continuation_is_a_broken_bar(paint: Paint) -> None:
    made = scope_traces.opened()
    made.frame(39, bytes(60_000), Opcode.CONTINUATION)
    picture = paint(made)
    column = [picture.has("cont", 39, BANDS.received.top + y, reach=0) for y in range(2, 70)]
    changes = sum(a != b for a, b in itertools.pairwise(column))
    assert changes >= 10


def test_the_newest_frames_glow(paint: Paint) -> None:
    made = scope_traces.opened()
    for at in (20, 39.5):
        made.frame(at, bytes(60_000))
    picture = paint(made)
    assert picture.has("text", 39.5, BANDS.received.top + 30, reach=1)
    assert not picture.has("text", 20, BANDS.received.top + 30, reach=1)


def test_thousands_of_frames_are_columns_with_heads(paint: Paint) -> None:
    made = scope_traces.opened()
    for step in range(2000):
        made.frame(10 + step * 0.01, bytes(1000))
    picture = paint(made)
    head = BANDS.received.top + 10 / 18 * BANDS.received.height - 1
    assert picture.has("text", 20, head, reach=1)
    body = picture.at(20, head - 20)
    assert _distance(body, picture.look.color("scope")) > 30
    assert not picture.has("text", 20, head - 20, reach=0)


def test_a_frame_that_broke_a_rule_has_a_ringed_cross(paint: Paint) -> None:
    made = scope_traces.opened()
    made.violation(20, ViolationInfo("unmasked", "RFC 6455 5.1", 0, 1002, "x"), sent=True)
    picture = paint(made)
    assert picture.has("err", 20, BANDS.sent.bottom - 14, reach=7)


def test_after_closed_the_lanes_are_hatched_and_the_band_says_how(paint: Paint) -> None:
    picture = paint(scope_traces.failed())
    later = [picture.at(63, BANDS.sent.middle + y, dx).rgb() for y in range(8) for dx in range(-4, 4)]
    assert 0.05 < later.count(max(set(later), key=later.count)) / len(later) < 0.92
    assert picture.has("err", 63, BANDS.state.top + 5, reach=1)
    assert picture.has("warn", 55, BANDS.state.top + 5, reach=1)
    assert picture.has("acc", 20, BANDS.state.top + 5, reach=1)


def test_a_knob_change_has_a_dashed_line(paint: Paint) -> None:
    made = scope_traces.opened()
    made.knob(20, "ping_interval", 20.0, 5.0)
    picture = paint(made)
    flat = [picture.at(20, y).rgb() for y in range(round(BANDS.received.top), round(BANDS.received.bottom) - 2)]
    assert len(set(flat)) > 2
    assert picture.has("acc", 20, BANDS.flags.top + 4, dx=10, reach=2)


def test_words_of_empty_states_are_there(paint: Paint) -> None:
    silent = scope_traces.opened()
    silent.knob(5, "ping_interval", 20.0, None)
    picture = paint(silent)
    warn = [
        (x, y)
        for x in range(200, 700)
        for y in range(round(CHANNEL.top), round(CHANNEL.bottom))
        if _distance(picture.image.pixelColor(x, y), picture.look.color("warn")) < 90
    ]
    assert len(warn) > 50  # "Keepalive is off: ..."


def test_the_ping_in_flight_rises_in_the_strip(paint: Paint) -> None:
    picture = paint(scope_traces.feed())
    assert picture.has("ping", 41, BANDS.rtt.top + 20, reach=14)


def test_a_connection_that_never_opened_can_be_painted(paint: Paint) -> None:
    made = MadeTrace()
    paint(made, 0.0)
    made.ended(3, scope_traces.FAILED)
    assert made.trace.story.state is State.CLOSED
    paint(made)


def test_the_overlay_marks_the_selected_frame_and_now(paint: Paint) -> None:
    made = scope_traces.feed()
    row = next(row for row in range(len(made.trace.rows)) if made.trace.record(row).first == 0x81)
    overlay = painting.Overlay(row, None, (scope_traces.moment(made, 5), scope_traces.moment(made, 8)), None)
    picture = paint(made, 41.0, overlay)
    assert picture.has("fg0", 1.5, BANDS.received.top + 10, dx=4, reach=2)
    assert picture.has("acc", 41, BANDS.received.middle, reach=1)
    assert picture.has("info", 5, BANDS.sent.middle, reach=1)
