"""How is a row of RELIABILITY's checklist tried? The peer's frames, and what they must cause, at either end.

A table holds `Case`s; `params` makes a test of each for each role. Where a frame breaks a rule, `check` wants the
whole of it: the violation with its place, one Close frame with its code, the faulty frame as evidence, and that
nothing behind it is heard. Reads that cut the bytes otherwise change nothing of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from framescope.engine.connection import Connection
from framescope.engine.events import Ended, Ending, FrameSent, Part, PartialFrame, StateChanged, ViolationSeen
from framescope.engine.frames import FIN, Frame
from framescope.engine.inbox import PART
from framescope.engine.masking import apply_mask
from framescope.engine.settings import Limits
from framescope.engine.state import State
from helpers.conversation import KEY, REQUEST, Play, client, eof, lost, play, raw, response_to, server

BOTH = "client server"
DEFLATE = "permessage-deflate"
_TO_BYTES = 2000  #: longer streams are not fed byte by byte


class Bits(NamedTuple):
    """A frame of the peer, legal or not."""

    first: int
    payload: bytes = b""
    form: int | None = None  #: B of the extended length (0, 2, 8); None for the shortest
    is_masked_wrongly: bool = False
    length: int | None = None  #: that the header declares; None for the payload's own

    def wire(self, key: bytes | None) -> bytes:
        """Write the frame as a peer does that masks with `key`."""
        if self.is_masked_wrongly:
            key = KEY if key is None else None
        length = len(self.payload) if self.length is None else self.length
        form = self.form
        if form is None:
            form = 0 if length < 126 else 2 if length < 65536 else 8
        second = (0 if key is None else 0x80) | {0: length, 2: 126, 8: 127}[form]
        extended = length.to_bytes(form, "big") if form else b""
        payload = self.payload if key is None else apply_mask(self.payload, key)
        return bytes((self.first, second)) + extended + (key or b"") + payload


def text(payload: bytes, first: int = FIN | 1) -> Bits:
    """A text frame, or what `first` says."""
    return Bits(first, payload)


def close(code: int, reason: bytes = b"") -> bytes:
    """A Close frame's payload."""
    return code.to_bytes(2, "big") + reason


class Fault(NamedTuple):
    """What the last of the peer's frames must be told as."""

    rule: str
    section: str
    code: int = 1002
    is_told: bool = True  #: the faulty frame is an event; else its bytes stand in the capture only


@dataclass(frozen=True)
class Case:
    """One line of a table. `name` begins with the row: "F9 126 form for 125"."""

    name: str
    peer: Sequence[Bits]
    fault: Fault | None = None
    messages: Sequence[str | bytes] = ()
    answers: Sequence[tuple[int, bytes]] = ()  #: (opcode, payload) of our frames, less the Close of a failure
    roles: str = BOTH
    extension: str = ""  #: the agreed Sec-WebSocket-Extensions
    limits: Limits | None = None


def params(cases: Iterable[Case]) -> Iterator[object]:
    """Make a test parameter of each case and role; its id is row, role, name."""
    for case in cases:
        row, _, words = case.name.partition(" ")
        for role in case.roles.split():
            yield pytest.param(case, role, id=f"{row}-{role}-{words.replace(' ', '-')}")


def ledger(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Decorate a test that takes `case` and `role`."""
    return pytest.mark.parametrize(("case", "role"), list(params(cases)))


def opened(role: str, extension: str = "", limits: Limits | None = None) -> tuple[Play, int]:
    """Return an OPEN endpoint that plays `role`, and where the peer's first frame will lie in its stream."""
    line = f"Sec-WebSocket-Extensions: {extension}\r\n" if extension else ""
    connection: Connection
    if role == "client":
        connection = client(limits=limits, extra=line)
        return play(connection), len(response_to(connection, line))
    request = REQUEST[:-2] + line.encode() + b"\r\n"
    connection = server(limits=limits, request=request)
    assert connection.opening.agreement.extensions == extension
    return play(connection), len(request)


def key_of(role: str) -> bytes | None:
    """What the peer of `role` masks with."""
    return KEY if role == "server" else None


def messages_of(player: Play) -> list[str | bytes]:
    """The messages that came whole."""
    found: list[str | bytes] = []
    pieces: list[Part] = []
    for part in player.of(Part):
        assert isinstance(part, Part)
        assert part.begins is not bool(pieces)
        pieces.append(part)
        if part.ends:
            if part.text is None:
                found.append(b"".join(piece.payload for piece in pieces))
            else:
                found.append("".join(piece.text or "" for piece in pieces))
            pieces = []
    return found


def cuts(data: bytes) -> list[list[bytes]]:
    """Ways of reading `data`: at once, byte by byte."""
    whole = [data]
    return [whole, [data[i : i + 1] for i in range(len(data))]] if len(data) <= _TO_BYTES else [whole]


def check(case: Case, role: str) -> None:
    """Play the case at the end that `role` names."""
    key = key_of(role)
    wires = [bits.wire(key) for bits in case.peer]
    behind = b"".join(
        Bits(first, payload).wire(key) for first, payload in ((0x81, b"late"), (0x89, b"late"), (0x88, close(1000)))
    )
    for reads in cuts(b"".join(wires) + (behind if case.fault else b"")):
        player, base = opened(role, case.extension, case.limits)
        for data in reads:
            player >> raw(data)
        assert messages_of(player) == list(case.messages)
        sent = [(frame.opcode, frame.payload) for frame in player.frames]
        if case.fault is None:
            assert player.of(ViolationSeen) == []
            assert sent == list(case.answers)
        else:
            violation = _check_fault(player, case.fault, base + sum(map(len, wires[:-1])))
            assert sent == [*case.answers, (8, close(case.fault.code, violation.reason.encode()))]
            player >> eof >> lost
            _check_evidence(player, case.fault, case.peer[-1], violation.offset)


def _check_fault(player: Play, fault: Fault, offset: int):
    (seen,) = player.of(ViolationSeen)
    violation = seen.violation
    assert violation == (fault.rule, fault.section, offset, fault.code, violation.reason)
    assert not seen.sent
    kinds = [type(event) for event in player.events]
    place = kinds.index(ViolationSeen)
    # The rule is told before the state changes and before the Close of the failure has left.
    assert StateChanged not in kinds[:place]
    assert kinds.index(StateChanged, place) < max(i for i, kind in enumerate(kinds) if kind is FrameSent)
    assert Part not in kinds[place:]
    assert player.connection.state is State.CLOSING
    return violation


def _check_evidence(player: Play, fault: Fault, bits: Bits, offset: int) -> None:
    """The faulty frame is told with its bytes, whole or as far as it came, before the last event."""
    (ended,) = player.of(Ended)
    # RFC 6455 7.1.7: not even "a responding Close frame" of the peer is processed; 7.1.5: so the code is 1006.
    assert (ended.ending, ended.by_peer, ended.code, ended.received) == (Ending.VIOLATION, True, 1006, None)
    assert player.events[-1] is ended
    told = [event if isinstance(event, Frame) else event.frame for event in player.of(Frame) + player.of(PartialFrame)]
    frames = [frame for frame in told if frame.offset == offset]
    if not fault.is_told:
        assert frames == []
        return
    (frame,) = frames
    assert frame.first == bits.first
    assert frame.length == (len(bits.payload) if bits.length is None else bits.length)
    if frame.length <= PART:
        assert frame.payload[: len(bits.payload)] == bits.payload


def rows(*names: str) -> pytest.MarkDecorator:
    """Decorate a test that takes `role` and stands for these rows: "F3-client", "F3-server"."""
    return pytest.mark.parametrize("role", [pytest.param(name.split("-")[1], id=name) for name in names])


def cases(table: Iterable[tuple[object, ...]]) -> list[object]:
    """Make parameters of a table whose first column is the test's id."""
    return [pytest.param(*values, id=name) for name, *values in table]
