"""How is one property of the network turned? Its name, its figure, and a slider beneath."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
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
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.addWidget(PlainLabel(scale.name, tone="quiet", font=look.words(12), parent=self), 0, 0)
        grid.addWidget(self._figure, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._turn)

    @property
    def figure(self) -> str:
        """The figure that stands there."""
        return self._figure.text()

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
