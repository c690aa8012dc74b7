"""Where is the run shown and controlled? Tools above; network and ends beside the sequence; the log under it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.ui.controls.line import thin_line
from framescope.ui.controls.splitter import Splitter
from framescope.ui.lab.end_card import EndCard
from framescope.ui.lab.event_log import EventLog
from framescope.ui.lab.network_card import NetworkCard
from framescope.ui.lab.overview_row import OverviewRow
from framescope.ui.lab.player import Player
from framescope.ui.lab.sequence_view import SequenceView
from framescope.ui.lab.tool_row import ToolRow
from framescope.ui.theme import Look

COLUMN_WIDTH = 222
_LOG_HEIGHT, _STAGE_HEIGHT = 184, 586
_TALL = 480  # px of the stage; below, the cards take less height
_SLOW_TICKS = 4  # cards and log: every fourth picture


class Workbench(QWidget):
    """Joins a player to everything that shows or controls its run."""

    def __init__(self, look: Look, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._decided, self._has_question = 10.0, True
        self._ticks = 0
        self._is_compact = False
        self.tools = ToolRow(look, self)
        self.ends = {is_server: EndCard(look, is_server=is_server) for is_server in (False, True)}
        self.network = NetworkCard(look)
        self.sequence = SequenceView(look)
        self.overview = OverviewRow(look, self.sequence.span, COLUMN_WIDTH + 1)
        self.log = EventLog(look)
        self._stage = QWidget()
        self._whole = (self.sequence.tracks, self.sequence.index)
        self._lay_out()
        self._connect_signals()

    def set_focus(self, decided: float, *, has_question: bool = True) -> None:
        """Show runs up to this moment at first; `has_question`: it is the one asked about."""
        self._decided, self._has_question = decided, has_question

    def sizeHint(self) -> QSize:
        return QSize(560, 600)

    def refresh(self, *, is_whole: bool = True) -> None:
        """Show where the run stands; the cheap part only while it goes on quickly."""
        player, run = self._player, self._player.run
        jumped = None
        if self.sequence.run is run:
            jumped = self.sequence.advance()
        else:
            self.sequence.travel(run, player.whole.now)
        self.tools.show_time(run.now)
        if not is_whole:
            return
        self._show_whole()
        if jumped is not None:
            self.log.show_moment(jumped)
        self._show_controls()
        index = self.sequence.index
        swallowed = index.swallowed
        self.tools.legend.show_seen(index.opcodes, has_lost=swallowed > 0)
        holes = self.sequence.tracks.holes
        since = holes[-1][0] if holes and holes[-1][1] is None and not player.is_pending else None
        self.network.show_run(run, since, swallowed=swallowed, has_begun=player.has_begun)
        self.tools.show_changes(len(player.whole.inputs) or len(player.changes))

    def _show_controls(self) -> None:
        """Show how everything is set, and how the ends do."""
        player, run = self._player, self._player.run
        for is_server, card in self.ends.items():
            card.show_timeouts(player.timeouts(is_server))
            card.show_run(run, self.sequence.tracks.ends[is_server])
        self.network.show_conditions(player.conditions())

    def _show_whole(self) -> None:
        """The log and the overview show the run as far as it has ever come."""
        player = self._player
        if not player.is_back:
            self._whole = (self.sequence.tracks, self.sequence.index)
        self.overview.strip.show_whole(*self._whole, player.whole.now)
        self._show_moment()
        self.log.show_run(player.whole, player.run.now)

    def _show_moment(self) -> None:
        """Say which moment is shown, or that another is on its way."""
        player = self._player
        if player.look_back.is_working:
            wanted = player.look_back.wanted
            self.overview.show_working(wanted)
            self.overview.strip.show_moment(wanted, self.sequence.longest)  # the handle follows the hand
        else:
            self.overview.show_moment(player.run.now, player.whole.now)

    def _renew(self) -> None:
        self.sequence.show_run(self._player.run, self._decided, has_question=self._has_question)
        self.refresh()

    def _follow_span(self) -> None:
        self.overview.strip.show_moment(self._player.run.now, self.sequence.longest)

    def _look_at(self, moment: float) -> None:
        self._player.look_at(moment)
        self._show_moment()

    def _go_to_event(self, way: int) -> None:
        """Show the moment of the line before or behind the one that is shown; behind the last, let the run step on."""
        player = self._player
        moment = self.log.model.moment_beside(player.run.now, way)
        if moment is not None:
            player.look_at(moment)
        elif way > 0 and not player.run.is_over:
            player.step()

    def _go_to_now(self) -> None:
        self._player.look_at(self._player.whole.now)
        self.sequence.follow()

    def _move(self) -> None:
        self._ticks += 1
        self.refresh(is_whole=not self._player.is_playing or self._ticks % _SLOW_TICKS == 0)

    def _turn(self) -> None:
        """A control was turned: while a run goes on, the next tick shows what follows from it."""
        self._show_controls() if self._player.is_playing else self.refresh()

    def _connect_signals(self) -> None:
        player, tools = self._player, self.tools
        tools.restart_asked.connect(player.restart)
        tools.toggle_asked.connect(player.toggle)
        tools.step_asked.connect(player.step)
        tools.speed_chosen.connect(player.choose_speed)
        tools.again_asked.connect(player.repeat)
        strip = self.overview.strip
        for signal in (self.sequence.moment_asked, strip.moment_asked, self.log.moment_asked):
            signal.connect(self._look_at)
        strip.span_asked.connect(self.sequence.show_span)
        strip.pan_asked.connect(self.sequence.pan)
        self.sequence.event_asked.connect(self._go_to_event)
        self.sequence.view_changed.connect(self._follow_span)
        self.overview.all_asked.connect(self.sequence.fit_all)
        self.overview.now_asked.connect(self._go_to_now)
        for card in self.ends.values():
            card.asked.connect(player.do)
        self.network.asked.connect(player.do)
        player.renewed.connect(self._renew)
        player.moved.connect(self._move)
        player.travelled.connect(self.refresh)
        player.look_back.working_changed.connect(lambda _: self._show_moment())
        player.turned.connect(self._turn)
        player.playing_changed.connect(tools.show_playing)
        player.playing_changed.connect(lambda _: self.refresh())

    def _lay_out(self) -> None:
        column = QWidget()
        column.setFixedWidth(COLUMN_WIDTH)
        cards = QVBoxLayout(column)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(0)
        cards.addWidget(self.ends[False])
        cards.addWidget(thin_line())
        cards.addWidget(self.network, 1)
        cards.addWidget(thin_line())
        cards.addWidget(self.ends[True])
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(column)
        row.addWidget(thin_line(is_upright=True))
        row.addWidget(self.sequence, 1)
        stage = QVBoxLayout(self._stage)
        stage.setContentsMargins(0, 0, 0, 0)
        stage.setSpacing(0)
        stage.addLayout(row, 1)
        stage.addWidget(thin_line())
        stage.addWidget(self.overview)
        body = Splitter(Qt.Orientation.Vertical, [_STAGE_HEIGHT, _LOG_HEIGHT])
        body.addWidget(self._stage)
        body.addWidget(self.log)
        body.setStretchFactor(0, 3)
        body.setStretchFactor(1, 1)
        body.reset()
        self.log.setMinimumHeight(96)
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addWidget(self.tools)
        all_of_it.addWidget(thin_line())
        all_of_it.addWidget(body, 1)
        self.sequence.resized.connect(self._line_up)
        for card in self.ends.values():
            card.placed.connect(self._line_up)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cards()

    def _fit_cards(self) -> None:
        is_compact = self._stage.height() < _TALL
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            for card in self.ends.values():
                card.set_compact(is_compact=is_compact)
            self.network.set_compact(is_compact=is_compact)

    def _line_up(self) -> None:
        """Let the rails stand where the cards meet the network."""
        self._fit_cards()
        client, server = self.ends[False], self.ends[True]
        top = client.mapTo(self._stage, QPoint(0, client.height())).y()
        self.sequence.set_rails(top, server.mapTo(self._stage, QPoint(0, 0)).y())
