"""Which lesson teaches what a person could try? A button that opens it in the lab."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.lab.lessons import BadLesson, read_lesson
from framescope.resources import resource
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.plain import tip, visible
from framescope.ui.theme import Look

_NARROWEST = 90  # px


@cache
def lesson_title(name: str) -> str:
    """Return a shipped lesson's title; "" where there is no such lesson."""
    for file in resource("lessons").glob("*.toml"):
        if file.stem.endswith(name):
            try:
                lesson = read_lesson(file)
            except BadLesson:
                continue
            if lesson.name == name:
                return lesson.title
    return ""


class LessonButton(IconButton):
    """Names a lesson by the first words of its title; gives way in a narrow panel."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        title = visible(lesson_title(name))
        self.name = name
        self._whole = f"Lesson: {title.partition(': ')[0]}"
        super().__init__(look, "flask", self._whole, parent=parent)
        self.setAccessibleName(f"Lesson: {title}")
        tip(self, f"Open “{title}” in the lab")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        cut = self.fontMetrics().horizontalAdvance(self._whole) - self.fontMetrics().horizontalAdvance(self.text())
        hint = super().sizeHint()
        return QSize(hint.width() + cut, hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        around = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self._whole)
        room = self.width() - around + 1  # an advance is rounded, and eliding is exact
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
