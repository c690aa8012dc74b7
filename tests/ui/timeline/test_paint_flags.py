"""Are a flag's words whole, whatever flag without words stands at the same place?"""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QImage

from framescope.capture.details import EndInfo
from framescope.engine.events import Change, Which
from framescope.ui.theme import Look
from framescope.ui.timeline.canvas import TimelineCanvas
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.paint_flags import place_flags
from framescope.ui.timeline.viewport import Viewport
from helpers.made_trace import MadeTrace

END = EndInfo("ConnectionClosedError", "sent 1011", 1006, "", "deadline", False)


def picture(look: Look, shown: Any, *, has_turn: bool) -> tuple[QImage, list[tuple[float, float]], float]:
    """The flags of a missed deadline, of the end, and of a knob that was turned just before, where no room is left."""
    made = MadeTrace()
    if has_turn:
        made.knob(19.5, "ping_timeout", 20.0, 1.0)
    made.deadline(20, Which.PONG, Change.MISSED, 20)
    made.ended(20.4, END)
    view = Viewport()
    canvas = TimelineCanvas(look, view)
    canvas.resize(1000, 340)
    view.begin(made.trace.start, made.trace.end)
    exchanges = ExchangeColumns(made.trace.story)
    exchanges.refresh()
    canvas.show_trace(made.trace, exchanges)
    shown(canvas)
    view.fit_all()
    image = canvas.grab().toImage()
    scene = canvas._scene
    assert scene is not None
    flags = place_flags(scene)
    assert [not flag.text for flag in flags].count(True) == (1 if has_turn else 0)
    boxes = [(scene.left + flag.left, scene.left + flag.left + flag.width) for flag in flags if flag.text]
    return image, boxes, scene.bands.flags.top + 9


def test_a_square_without_words_lies_under_the_words(look: Look, shown: Any) -> None:
    with_turn, boxes, y = picture(look, shown, has_turn=True)
    without, same, _ = picture(look, shown, has_turn=False)
    assert boxes == same
    for left, right in boxes:
        for x in range(round(left) + 2, round(right) - 2):
            assert with_turn.pixel(x, round(y)) == without.pixel(x, round(y)), x
