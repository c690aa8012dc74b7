"""Does a drop-down show its arrow, tinted like its text?"""

from __future__ import annotations

from framescope.ui.controls.choice import Choice


def test_an_arrow_stands_at_the_right(look, shown):
    choice = shown(Choice(look))
    choice.addItem("Text")
    choice.resize(120, 30)
    picture = choice.grab().toImage()
    wanted = look.color("fg1").rgb()
    colours = {picture.pixelColor(x, y).rgb() for x in range(100, 116) for y in range(8, 22)}
    assert wanted in colours
    choice.setEnabled(False)
    picture = choice.grab().toImage()
    assert wanted not in {picture.pixelColor(x, y).rgb() for x in range(100, 116) for y in range(8, 22)}
