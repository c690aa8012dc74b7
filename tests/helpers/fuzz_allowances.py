"""Where may `websockets` and wsproto see an input otherwise than the reference model? One table, with reasons.

An entry applies where the model has noted what it is about, and explains a difference only as far as it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from helpers.fuzz_engines import Outcome
from helpers.reference_model import Progress, ReferenceModel

TOO_BIG = (1009).to_bytes(2, "big")
Written = list[tuple[int, bytes]]


class Allowance(NamedTuple):
    """A known difference."""

    key: str
    engines: tuple[str, ...]
    note: str  #: what the model noted
    reason: str
    explains: Callable[[ReferenceModel, Outcome, Outcome, str], bool]


def _agrees_until(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    """All that had happened by then is the same; what comes later cannot be compared."""
    seen: Progress = model.notes[note]
    return (
        other.messages[: seen.messages] == reference.messages[: seen.messages]
        and other.controls[: seen.controls] == reference.controls[: seen.controls]
        and _starts(other.written, reference.written[: seen.written])
    )


def _starts(written: Written, beginning: Written) -> bool:
    if written[: len(beginning)] == beginning:
        return True
    # The words of a Close of its own are left out where an endpoint fails.
    short = [(opcode, body[:2] if opcode == 8 else body) for opcode, body in beginning]
    return [(opcode, body[:2] if opcode == 8 else body) for opcode, body in written[: len(short)]] == short


def _other_code(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    """All is the same but the code that the connection is failed with, which fits one of the frame's faults."""
    if model.fault is None or not other.written or other.written[-1][0] != 8:
        return False
    code = int.from_bytes(other.written[-1][1], "big")
    return code in model.fault.codes and other == reference._replace(
        written=[*reference.written[:-1], other.written[-1]]
    )


def _fails(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    return other.has_failed and _agrees_until(model, reference, other, note)


def _fails_by_size(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    behind = other.written[model.notes[note].written :]
    return behind in ([], [(8, TOO_BIG)]) and _fails(model, reference, other, note)


def _too_big(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    return model.fault is not None and model.fault.codes[0] == 1009 and _agrees_until(model, reference, other, note)


def _fails_on_close(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    is_same = other._replace(written=[], has_failed=False, is_ok=reference.is_ok) == reference._replace(written=[])
    return is_same and _fails(model, reference, other, note)


def _in_parts(model: ReferenceModel, reference: Outcome, other: Outcome, note: str) -> bool:
    explains = _other_code if reference.has_failed else _fails
    return explains(model, reference, other, note)


BOTH = ("websockets", "wsproto")

ALLOWANCES = (
    Allowance(
        "fault at the limit",
        ("ours",),
        "fault at the limit",
        "what cannot be inflated stands right before or behind the first byte over the limit: zlib, which does not see "
        "that a reference within one read goes beyond a small window, may tell one or the other",
        _other_code,
    ),
    Allowance(
        "compressed frame in parts",
        ("ours",),
        "64 KiB of a compressed frame",
        "ours takes large frames in parts of 64 KiB: a part's fault shows before the frame's end, or a later one",
        _in_parts,
    ),
    Allowance(
        "length form",
        ("websockets",),
        "length form",
        "RFC 6455 5.2 wants the shortest form and the highest bit 0; they take any form, and that bit for a size",
        _agrees_until,
    ),
    Allowance(
        "close inside a message",
        ("websockets",),
        "close inside a message",
        "they fail with 1002; RFC 6455 5.5.1 lets a peer close at any time, and Autobahn 7.1.5 wants it answered",
        _fails_on_close,
    ),
    Allowance(
        "final block",
        BOTH,
        "final block",
        "RFC 7692 7.2.3.4: a block with BFINAL may be followed by others; their zlib stream ends there",
        _agrees_until,
    ),
    Allowance(
        "control inside a compressed message",
        ("wsproto",),
        "control inside a compressed message",
        "it forgets that the message is compressed (RFC 6455 5.4 allows control frames there)",
        _agrees_until,
    ),
    Allowance("1014", ("wsproto",), "1014", "it refuses 1014, which IANA has registered since", _fails),
    Allowance(
        "inflating fails",
        ("websockets",),
        "bad deflate",
        "they close with 1002; RFC 6455 7.4.1 has 1007 for data that does not fit its type: the framing was right",
        _other_code,
    ),
    Allowance(
        "two faults",
        BOTH,
        "fault",
        "where one frame has two faults, any may be named: no RFC tells the order of checks",
        _other_code,
    ),
    Allowance(
        "unfinished",
        BOTH,
        "unfinished",
        "a frame's fault shows before its end; they look at frames that are whole, so the verdict comes later or never",
        lambda model, reference, other, note: _agrees_until(model, reference, other, "fault"),
    ),
    Allowance(
        "half a surrogate",
        BOTH,
        "half a surrogate",
        "ED A0 can become no character; Python's decoder, which they use, waits for the third byte",
        lambda model, reference, other, note: _agrees_until(model, reference, other, "fault"),
    ),
    Allowance(
        "size of a control or compressed frame",
        ("websockets",),
        "frame over what is left",
        "they hold what is left of the message's limit against control frames in it, and against deflated bytes",
        _fails_by_size,
    ),
    Allowance(
        "size seen a fragment later",
        ("websockets",),
        "inflates over the limit",
        "where zlib has taken all of a fragment and holds back what is over the limit, they see it with the next one",
        _agrees_until,
    ),
    Allowance(
        "part of a compressed frame",
        ("wsproto",),
        "part of a compressed frame",
        "it inflates what is there of a frame, and judges it before the frame is whole",
        _fails,
    ),
    Allowance(
        "part of a header",
        BOTH,
        "part of a header",
        "they judge a frame's size, or its place in its message, before the mask has come",
        _fails,
    ),
    Allowance(
        "unfinished block",
        BOTH,
        "unfinished block",
        "where a message ends inside a block, websockets takes what the tail brings out for a message over the limit, "
        "and wsproto flushes, which may fail",
        _agrees_until,
    ),
    Allowance("no limit", ("wsproto",), "fault", "it has no limit of size or fragments (RFC 6455 10.4)", _too_big),
    Allowance(
        "many fragments",
        ("websockets",),
        "many fragments",
        "it has no limit of fragments (RFC 6455 10.4)",
        _agrees_until,
    ),
    Allowance(
        "no octet",
        BOTH,
        "no octet",
        "a compressed message without a byte (RFC 7692 7.2.3.6 gives it one): they inflate the tail alone, "
        "which begins a block, and cannot inflate what comes next",
        _agrees_until,
    ),
)

LATE_PONGS = "pong after our Close"
LATE_PONGS_REASON = "wsproto cannot send a pong after its own Close; RFC 6455 5.5.2 wants one until the peer's Close"


def without_late_pongs(written: Written) -> Written:
    """Leave out the pongs behind our own Close."""
    closed = next((index for index, (opcode, _) in enumerate(written) if opcode == 8), len(written))
    return [item for index, item in enumerate(written) if index < closed or item[0] != 10]


def is_explained(name: str, model: ReferenceModel, reference: Outcome, other: Outcome, used: Counter[str]) -> bool:
    """Tell whether the table explains what an engine did; count what was used of it."""
    if name == "wsproto":
        written = without_late_pongs(reference.written)
        if written != reference.written:
            used[f"wsproto: {LATE_PONGS}"] += 1
            reference = reference._replace(written=written)
    if other == reference:
        return True
    for allowance in ALLOWANCES:
        if (
            name in allowance.engines
            and allowance.note in model.notes
            and allowance.explains(model, reference, other, allowance.note)
        ):
            used[f"{name}: {allowance.key}"] += 1
            return True
    return False
