"""Is a line one pixel wide, in its direction only?"""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.ui.controls.line import thin_line


@pytest.mark.parametrize("is_upright", [False, True])
def test_a_line_is_as_long_as_its_neighbour(qapp: object, is_upright: bool) -> None:
    whole = QWidget()
    row = QHBoxLayout(whole) if is_upright else QVBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    line = thin_line(is_upright=is_upright)
    row.addWidget(line)
    row.addWidget(QWidget(), 1)
    whole.resize(80, 60)
    whole.grab()
    assert (line.width(), line.height()) == ((1, 60) if is_upright else (80, 1))
