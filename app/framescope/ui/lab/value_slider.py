"""How is one property of the network turned? Its name, its figure, and a slider beneath."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from framescope.ui.lab.value_scale import STEPS, Scale
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class ValueSlider(QWidget):
    """One slider. `turned` comes only from a person."""

    turned = Signal(object)  #: the value: float, or None for no limit

    def __init__(self, look: Look, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._figure = PlainLabel(font=look.mono(12), parent=self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(scale.name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(1)
        self._name = PlainLabel(scale.name, tone="quiet", font=look.words(12), parent=self)
        self._grid.addWidget(self._name, 0, 0)
        self._grid.addWidget(self._figure, 0, 2, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(self.slider, 1, 0, 1, 3)
        self.slider.valueChanged.connect(self._turn)

    @property
    def figure(self) -> str:
        """The figure that stands there."""
        return self._figure.text()

    def set_compact(self, *, is_compact: bool) -> None:
        """Stand in one line where there is little height."""
        name, figure = (QFontMetricsF(label.font()) for label in (self._name, self._figure))
        self._name.setMinimumWidth(round(name.horizontalAdvance("Bandwidth")) + 2 if is_compact else 0)
        self._figure.setMinimumWidth(round(figure.horizontalAdvance("100 kbit/s")) if is_compact else 0)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.removeWidget(self.slider)
        if is_compact:
            self._grid.addWidget(self.slider, 0, 1)
        else:
            self._grid.addWidget(self.slider, 1, 0, 1, 3)

    def show_value(self, value: float | None) -> None:
        """Show this value, unless a hand is on the slider."""
        self._figure.setText(self._scale.words(value))
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(self._scale.place(value))
            self.slider.blockSignals(False)

    def _turn(self, place: int) -> None:
        value = self._scale.value(place)
        self._figure.setText(self._scale.words(value))
        self.turned.emit(value)
