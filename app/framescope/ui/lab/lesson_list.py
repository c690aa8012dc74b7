"""Which lessons are there, and which are done? A list to choose from, with a free experiment at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.lab.lesson import Lesson
from framescope.ui.controls.line import thin_line
from framescope.ui.controls.scrolling import scrolling
from framescope.ui.lab.free_experiment import FREE_NAME, FREE_TITLE
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_LEFT, _RIGHT, _PAD = 40, 10, 8  # px around a row's text


class LessonRow(QAbstractButton):
    """A lesson's number or its mark, its title and how long it takes. Tab stops at the open one, arrows lead on."""

    walked = Signal(int)  #: -1: to the row above, 1: below

    def __init__(self, look: Look, mark: str, title: str, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._mark, self._title, self._caption = mark, title, caption
        self._is_done = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(f"{mark} {title}, {caption}".strip())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def show_chosen(self, is_chosen: bool) -> None:
        """Be the open lesson, or not."""
        self.setChecked(is_chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus)

    def nextCheckState(self) -> None:
        """The list says which row is chosen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self.walked.emit(-1)
            case Qt.Key.Key_Down:
                self.walked.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case _:
                super().keyPressEvent(event)

    def set_done(self, is_done: bool) -> None:
        """Mark it as done."""
        if is_done != self._is_done:
            self._is_done = is_done
            self.setAccessibleName(f"{self._mark} {self._title}, {self._caption}{', done' if is_done else ''}".strip())
            self.update()

    @property
    def is_done(self) -> bool:
        return self._is_done

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        caption = QFontMetricsF(self._look.words(11)).height()
        return round(self._title_height(width) + caption * self._caption_lines(width) + 2 * _PAD + 2)

    def sizeHint(self) -> QSize:
        return QSize(220, self.heightForWidth(max(self.width(), 180)))

    def fit(self) -> None:
        """Insist on the height that the width asks for: a scroll area would squeeze the row."""
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _caption_lines(self, width: int) -> int:
        metrics = QFontMetricsF(self._look.words(11))
        room = QRectF(0, 0, width - _LEFT - _RIGHT, 1000)
        return max(1, round(metrics.boundingRect(room, _WRAP, self._caption).height() / metrics.height()))

    def _title_height(self, width: int) -> float:
        metrics = QFontMetricsF(self._look.words(12, 600 if self.isChecked() else 400))
        return metrics.boundingRect(QRectF(0, 0, width - _LEFT - _RIGHT, 1000), _WRAP, self._title).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("bg3" if self.isChecked() else "bg2"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        if self.isChecked():
            painter.fillRect(QRectF(1, 4, 2, self.height() - 8), look.color("acc"))
        if self.hasFocus():
            painter.setPen(QPen(look.color("fg0"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 5, 5)
        self._paint_mark(painter)
        width = self.width() - _LEFT - _RIGHT
        height = self._title_height(self.width())
        painter.setPen(look.color("fg0" if self.isChecked() or not self._mark else "fg1"))
        painter.setFont(look.words(12, 600 if self.isChecked() or not self._mark else 400))
        painter.drawText(QRectF(_LEFT, _PAD, width, height + 2), _WRAP, self._title)
        painter.setPen(look.color("fg2"))
        painter.setFont(look.words(11))
        caption = f"{self._caption} · done" if self._is_done else self._caption
        painter.drawText(QRectF(_LEFT, _PAD + height + 1, width, self.height()), _WRAP, caption)
        painter.end()

    def _paint_mark(self, painter: QPainter) -> None:
        look = self._look
        if not self._mark:
            painter.drawPixmap(14, _PAD, look.pixmap("flask", "acc", 16))
            return
        ink = "acc" if self._is_done or self.isChecked() else "line2"
        painter.setPen(QPen(look.color(ink), 1))
        painter.setBrush(look.color("accbg") if self._is_done else Qt.BrushStyle.NoBrush)
        ring = QRectF(13, _PAD + 0.5, 18, 18)
        painter.drawEllipse(ring)
        if self._is_done:
            painter.drawPixmap(17, _PAD + 5, look.pixmap("check", "acc", 10))
            return
        painter.setPen(look.color("acc" if self.isChecked() else "fg2"))
        painter.setFont(look.words(10, 500))
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, self._mark)


_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class _DoneLine(QWidget):
    """How much is done, as a line."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.share = 0.0
        self.setFixedHeight(3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("line"))
        painter.fillRect(QRectF(0, 0, self.width() * self.share, 3), self._look.color("acc"))
        painter.end()


class LessonList(QWidget):
    """Emits what a person chose, by name."""

    chosen = Signal(str)

    def __init__(self, look: Look, lessons: Sequence[Lesson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = {
            each.name: LessonRow(look, str(each.number), each.title, f"{each.minutes} min", self) for each in lessons
        }
        self.rows[FREE_NAME] = LessonRow(look, "", FREE_TITLE, "Both ends and the network, no script.", self)
        self._count = PlainLabel(tone="caption", font=look.words(11), parent=self)
        self._line = _DoneLine(look, self)
        self._lay_out(look)
        for name, row in self.rows.items():
            row.walked.connect(lambda way, name=name: self._walk(name, way))
            row.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            row.toggled.connect(row.fit)

    def show_chosen(self, name: str) -> None:
        """Show which lesson is open."""
        for each, row in self.rows.items():
            row.show_chosen(each == name)
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.rows[name]))  # once it is laid out

    def show_done(self, done: frozenset[str]) -> None:
        """Show which lessons are done."""
        for name, row in self.rows.items():
            row.set_done(name in done)
        count, whole = sum(row.is_done for row in self.rows.values()), len(self.rows) - 1
        self._count.setText(f"{count} of {whole} done")
        self._line.share = count / whole if whole else 0.0
        self._line.update()

    def _walk(self, name: str, way: int) -> None:
        names = list(self.rows)
        place = names.index(name) + way
        if 0 <= place < len(names):
            row = self.rows[names[place]]
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(row)

    def sizeHint(self) -> QSize:
        return QSize(240, 600)

    @property
    def count_text(self) -> str:
        """What the head says about how many are done."""
        return self._count.text()

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 9)
        head.addWidget(PlainLabel("Lessons", font=look.words(12, 600), parent=self))
        head.addStretch(1)
        head.addWidget(self._count)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(1)
        for name, row in self.rows.items():
            if name != FREE_NAME:
                column.addWidget(row)
        column.addStretch(1)
        self._scroll = scrolling(inner, self)
        foot = QVBoxLayout()
        foot.setContentsMargins(6, 6, 6, 6)
        foot.addWidget(self.rows[FREE_NAME])
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addLayout(head)
        all_of_it.addWidget(self._line)
        all_of_it.addWidget(self._scroll, 1)
        all_of_it.addWidget(thin_line())
        all_of_it.addLayout(foot)
