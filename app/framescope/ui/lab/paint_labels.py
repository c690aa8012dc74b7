"""Which words stand in the sequence? Names of frames and moments, as far as there is room for them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt

from framescope.analysis.units import format_seconds
from framescope.engine.close import Close, close_in
from framescope.engine.state import State
from framescope.lab.flights import HANDSHAKE
from framescope.ui.lab.buffers import waiting_at
from framescope.ui.lab.end_track import MISSED
from framescope.ui.lab.flight_lines import LOST, FlightLine, name_of
from framescope.ui.lab.sequence_scene import LEFT, SequenceScene
from framescope.ui.timeline.labels import Box, Label, without_overlaps

_TEXT_TOKENS = {"GET, Upgrade": "fg1", "101": "fg1", "ping": "pingt", "pong": "pongt", "Close": "close"}
_SHORT = 30.0  # px of a frame that has just left: its name would lie upon the rail
_HEAVY = 100.0  # weight of what happened to the connection, above any frame's name


def paint_labels(scene: SequenceScene) -> None:
    """Paint the words that have room; those in frames first."""
    painter, style = scene.painter, scene.style
    painter.setFont(style.mark)
    labels = [] if scene.is_control_crowded else list(_frame_labels(scene))
    for label in without_overlaps([*_moment_labels(scene), *labels], []):
        box = QRectF(label.box.left, label.box.top, label.box.right - label.box.left, label.box.bottom - label.box.top)
        if label.weight >= _HEAVY:
            painter.setPen(style.pen(label.token))
            painter.setBrush(style.color(f"{label.token}bg"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        else:
            painter.fillRect(box, style.color("scope", 0.85))
        painter.setPen(style.color(label.token))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)


def _frame_labels(scene: SequenceScene) -> Iterator[Label]:
    rtts = _round_trips(scene)
    for line in scene.lines:
        name = name_of(line.flight)
        if not name or abs(line.y2 - line.y1) < _SHORT:
            continue
        token = _TEXT_TOKENS[name]
        text = _named(name, line)
        if line.fate == LOST and line.cross is not None:
            yield _label(scene, f"{text} lost", "err", (LEFT + line.cross[0], line.cross[1] + 16), 30.0)
            continue
        rtt = rtts.get(id(line.flight))
        share = 0.72 if name == "pong" else 0.3
        x, y = line.x1 + (line.x2 - line.x1) * share, line.y1 + (line.y2 - line.y1) * share
        words = f"{text}, RTT {format_seconds(rtt)}" if rtt is not None else text
        weight = 20.0 if line.flight.first == HANDSHAKE or name == "Close" else 10.0 + (rtt or 0.0)
        yield _label(scene, words, token, (LEFT + x, y), weight)


def _named(name: str, line: FlightLine) -> str:
    if name != "Close":
        return name
    close = close_in(line.flight.payload, 0)
    return f"Close {close.code}" if isinstance(close, Close) else name


def _round_trips(scene: SequenceScene) -> dict[int, float]:
    """Return how long each pong in view took since its ping, by identity of the pong's flight."""
    frames = [line.flight for line in scene.lines if line.flight.first != HANDSHAKE]
    sent = {(each.to_server, each.payload): each.sent for each in frames if each.first & 0x0F == 0x9}
    found: dict[int, float] = {}
    for flight in frames:
        began = sent.get((not flight.to_server, flight.payload))
        if flight.first & 0x0F == 0xA and flight.received is not None and began is not None:
            found[id(flight)] = flight.received - began
    return found


def _moment_labels(scene: SequenceScene) -> Iterator[Label]:
    """What happened to the connection, as far as it is in view."""
    yield from _network_labels(scene)
    for is_server in scene.run.ends:
        yield from _end_labels(scene, is_server)


def _network_labels(scene: SequenceScene) -> Iterator[Label]:
    """What the network did, or is about to do."""
    middle = (scene.rails.client + scene.rails.server) / 2
    for start, over in scene.tracks.holes:
        if start <= scene.span.end and (over is None or over >= scene.span.start):
            text = f"black hole since {start:.1f} s"
            x = scene.x(start) + 8 + scene.style.text_width(text) / 2 + 6
            yield _label(scene, text, "err", (x, scene.rails.server - 36), _HEAVY + 5)
    cut, due = scene.tracks.cut, scene.run.path.cut_due
    if cut is not None and scene.is_in_view(cut.time):
        text = f"the middlebox cuts, {cut.time:.1f} s"
        yield _label(scene, text, "err", (scene.x(cut.time), middle + 20), _HEAVY + 6)
    moment = None if due is None or scene.run.is_over else scene.elapsed(due[0])
    if due is not None and moment is not None and scene.is_in_view(moment):
        words = "idle cut-off" if due[1] else "end of lifetime"
        yield _label(scene, f"{words}, {moment:.1f} s", "warn", (scene.x(moment), middle + 20), _HEAVY + 1)
    for reset in filter(scene.is_in_view, scene.tracks.resets):
        yield _label(scene, f"RST, {reset:.1f} s", "err", (scene.x(reset), middle + 20), _HEAVY + 6)


def _end_labels(scene: SequenceScene, is_server: bool) -> Iterator[Label]:
    """When an end pings next, which deadlines it missed, and what it raised."""
    end, track, band = scene.run.ends[is_server], scene.tracks.ends[is_server], scene.band(is_server)
    near = band.top() - 30 if is_server else band.bottom() + 12
    far = scene.rails.server - 14 if is_server else scene.rails.client + 16
    next_ping = scene.elapsed(end.engine.keepalive.next_ping)
    if next_ping is not None and scene.is_in_view(next_ping) and not end.is_gone:
        y = scene.rails.server + 26 if is_server else scene.rails.client - 26
        yield _label(scene, f"next ping, {next_ping:.1f} s", "fg1", (scene.x(next_ping), y), 15.0)
    waiting = waiting_at(scene.run, is_server)
    if waiting and scene.is_in_view(scene.run.now):
        half = scene.style.text_width(waiting) / 2 + 8
        y = scene.rails.server + 26 if is_server else scene.rails.client - 26
        yield _label(scene, waiting, "warn", (scene.now_x - half, y), 40.0)
    for wait in track.waits:
        if wait.outcome == MISSED and wait.end is not None and scene.is_in_view(wait.end):
            yield _label(scene, "deadline", "err", (scene.x(wait.end) + 34, near), _HEAVY + 3)
    now = scene.run.now
    if track.raised is not None and scene.is_in_view(track.raised.time):
        name = track.raised.text.split(":", 1)[0]
        tone = "err" if track.raised.tone else "acc"
        yield _label(scene, name, tone, (scene.x(track.raised.time), far), _HEAVY + 8)
    elif (
        scene.run.is_over
        and (scene.tracks.holes or scene.tracks.cut is not None or scene.run.ends[not is_server].is_gone)
        and scene.is_in_view(now)
        and track.state_at(now) is State.OPEN
    ):
        width = scene.style.text_width("OPEN: has noticed nothing")
        yield _label(scene, "has noticed nothing", "acc", (scene.now_x - width, near), _HEAVY + 2)


def _label(scene: SequenceScene, text: str, token: str, at: tuple[float, float], weight: float) -> Label:
    """Words around a point, kept within the picture."""
    x, y = at
    half = scene.style.text_width(text) / 2 + (6 if weight >= _HEAVY else 3)
    x = min(max(x, half + 1), max(half + 1, scene.width - half - 1))
    height = scene.style.line / 2 + (2 if weight >= _HEAVY else 0)
    return Label(Box(x - half, y - height, x + half, y + height), text, token, weight)
