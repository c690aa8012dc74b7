"""How does the run do in figures? The lab's status line: what each end saw, what was swallowed, how fast time goes."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from framescope.analysis.units import format_count
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.status.status_cell import Run, StatusCell
from framescope.ui.theme import Look


class LabStatus(QWidget):
    """One line of cells."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        names = ("network", "client", "server", "swallowed", "time")
        self.cells = {name: StatusCell(look, parent=self) for name in names}
        self._engine = StatusCell(look, has_line=False, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for cell in self.cells.values():
            row.addWidget(cell)
        row.addStretch(1)
        row.addWidget(self._engine)
        self.setFixedHeight(self._engine.sizeHint().height() + 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.cells["network"].show_runs(
            Run("Lab network", token="fg1"), Run("opens no socket"), mark="disc", mark_token="acc"
        )
        self._engine.show_runs(Run("the same engine as Connect"))
        look.changed.connect(self.update)

    def show_run(self, index: FlightIndex, speed: str) -> None:
        """Show the run's figures."""
        lost = index.swallowed
        token = "err" if lost else ""
        seen = {"client": index.arrived(False), "server": index.arrived(True)}
        for name, count in seen.items():
            self.cells[name].show_runs(Run(f"{name} saw"), Run(format_count(count), True), Run("frames"))
        self.cells["swallowed"].show_runs(Run("swallowed", token=token), Run(format_count(lost), True, token))
        self.cells["time"].show_runs(Run("simulated time"), Run(speed, True))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("bg1"))
        painter.fillRect(0, 0, self.width(), 1, self._look.color("line"))
        painter.end()
