"""What does the program around an endpoint do? It sends, handles what comes at its own pace, and watches the time."""

from __future__ import annotations

import math
from collections import deque
from typing import Protocol

from framescope.engine.events import Part
from framescope.engine.frames import BINARY, TEXT, Opcode
from framescope.lab.scenario import End, Send, Traffic

HEARTBEAT, ANSWER = "heartbeat", "heartbeat answer"
_HEARTBEAT, _ANSWER = HEARTBEAT.encode(), ANSWER.encode()
NEVER = math.inf  #: when something is due that is not


class OwnEndpoint(Protocol):
    """What an application can ask of its endpoint."""

    def send(self, opcode: Opcode, payload: bytes, fragments: int) -> None:
        """Send a message, if the connection is open."""

    def pause_reading(self, is_paused: bool) -> None:
        """Stop reading the socket, or go on."""

    def give_up(self, kind: str, text: str) -> None:
        """Note that something did not come in time."""

    def close(self, code: int, reason: str) -> None:
        """Close the connection."""


class Application:
    """Runs from OPEN on. `next_due` is when `step` has something to do."""

    def __init__(self, settings: End, endpoint: OwnEndpoint) -> None:
        self.received = 0  #: messages handled
        self.handling = settings.handling  #: s that each takes
        self._settings = settings
        self._endpoint = endpoint
        self._opened: float | None = None
        self._sent = [0] * len(settings.traffic)
        self._dues = [NEVER] * len(settings.traffic)  # of the next of each kind of message
        self._queue: deque[tuple[Opcode, bytes]] = deque()
        self._pieces: list[bytes] = []
        self._busy_until = 0.0
        # When what is due next; NEVER before OPEN and after the end:
        self._traffic_due = self._recv_due = self._heartbeat_due = self._answer_due = NEVER
        self._is_paused = False

    @property
    def queued(self) -> int:
        """Messages that have come and are not handled."""
        return len(self._queue)

    def open(self, now: float) -> None:
        """The connection is open."""
        self._opened = self._busy_until = now
        self._recv_due = self._recv_until(now)
        self._dues = [self._message_due(place) for place in range(len(self._sent))]
        self._traffic_due = min(self._dues, default=NEVER)
        if self._settings.heartbeat is not None:
            self._heartbeat_due = now + self._settings.heartbeat.every

    def end(self) -> None:
        """The connection is no longer open: nothing is sent, and recv() has raised."""
        self._opened = None
        self._traffic_due = self._recv_due = self._heartbeat_due = self._answer_due = NEVER

    def part(self, part: Part, now: float) -> None:
        """A piece of a message has come."""
        self._pieces.append(part.payload)
        if part.ends:
            self._queue.append((part.opcode, b"".join(self._pieces)))
            self._pieces = []
            if len(self._queue) > self._settings.max_queue and not self._is_paused:
                self._is_paused = True
                self._endpoint.pause_reading(True)
            self._handle(now)

    def take_time(self, handling: float, now: float) -> None:
        """Take so long for each message, the one that is being handled too."""
        self.handling = handling
        self._busy_until = min(self._busy_until, now + handling)

    def next_due(self) -> float:
        """When `step` is due."""
        handling = self._busy_until if self._queue else NEVER
        return min(handling, self._traffic_due, self._recv_due, self._heartbeat_due, self._answer_due)

    def step(self, now: float) -> None:
        """Do what is due."""
        if self._queue:
            self._handle(now)
        if now >= self._traffic_due:
            self._send_traffic(now)
        if now >= self._recv_due:
            self._recv_due = self._recv_until(now)
            timeout = self._settings.recv_timeout
            self._endpoint.give_up("recv timeout", f"recv() gave up after {timeout:g} s: TimeoutError")
        self._follow_heartbeat(now)

    def _recv_until(self, start: float) -> float:
        """When a recv() that waits from `start` on gives up."""
        timeout = self._settings.recv_timeout
        return NEVER if self._opened is None or timeout is None else start + timeout

    def _message_due(self, place: int) -> float:
        """When the next message of one of the kinds is sent."""
        traffic, sent = self._settings.traffic[place], self._sent[place]
        if self._opened is None or (traffic.count is not None and sent >= traffic.count):
            return NEVER
        return self._opened + traffic.start + sent * traffic.every

    def _send_traffic(self, now: float) -> None:
        for place, traffic in enumerate(self._settings.traffic):
            while now >= self._dues[place]:
                self._sent[place] += 1
                self._endpoint.send(*message_of(traffic, self._sent[place]), traffic.fragments)
                self._dues[place] = self._message_due(place)
        self._traffic_due = min(self._dues)

    def _follow_heartbeat(self, now: float) -> None:
        heartbeat = self._settings.heartbeat
        if heartbeat is None:
            return
        if now >= self._answer_due:
            self._answer_due = self._heartbeat_due = NEVER
            self._endpoint.give_up("heartbeat lost", f"No answer to the heartbeat within {heartbeat.timeout:g} s")
            self._endpoint.close(4000, "heartbeat lost")
        elif now >= self._heartbeat_due:
            self._heartbeat_due = now + heartbeat.every
            self._answer_due = now + heartbeat.timeout
            self._endpoint.send(TEXT, _HEARTBEAT, 1)

    def _handle(self, now: float) -> None:
        settings = self._settings
        while self._queue and now >= self._busy_until:
            opcode, payload = self._queue.popleft()
            self.received += 1
            self._busy_until = now + self.handling
            self._recv_due = self._recv_until(self._busy_until)
            self._answer(opcode, payload)
        if self._is_paused and len(self._queue) <= settings.max_queue // 4:
            self._is_paused = False
            self._endpoint.pause_reading(False)

    def _answer(self, opcode: Opcode, payload: bytes) -> None:
        if payload == _ANSWER:
            self._answer_due = NEVER
        elif payload == _HEARTBEAT and self._settings.answers_heartbeat:
            self._endpoint.send(TEXT, _ANSWER, 1)
        elif self._settings.is_echo:
            self._endpoint.send(opcode, payload, 1)


def message_of(source: Traffic | Send, number: int) -> tuple[Opcode, bytes]:
    """Write the message with this number, from 1."""
    if source.size:
        return BINARY, bytes((number + place) & 0xFF for place in range(256)).ljust(source.size)[: source.size]
    return TEXT, source.text.replace("{n}", str(number)).encode()
