"""Do our engine, a strict reference model, `websockets` and wsproto see the same in what a peer might send?

T-FUZZ-1 and T-PROP-1: differential fuzzing with a peer that remembers (helpers/wire_generator.py). What others are
known to see otherwise stands in helpers/fuzz_allowances.py; `packaging/bench differential` tries as many inputs as
one likes. A failure shows the seed and the input as frames in hex: `helpers.wire_generator.generate(seed, number)`.
"""

from __future__ import annotations

import pytest

from framescope.engine import close
from framescope.engine.connection import Connection
from framescope.engine.events import KnobTurned
from helpers.differential import Tally, run
from helpers.fuzz_allowances import ALLOWANCES, LATE_PONGS

SEED, CHUNK = 3, 5000
#: What the table explains in fewer than one of 10,000 inputs.
RARE = {"ours: fault at the limit", "ours: compressed frame in parts"} | {
    f"{engine}: {key}"
    for engine in ("websockets", "wsproto")
    for key in ("part of a header", "half a surrogate", "unfinished block", "size seen a fragment later")
}


def check(tally: Tally) -> None:
    assert not tally.differences, "\n\n".join(tally.differences)


@pytest.mark.timeout(600)
def test_four_engines_see_the_same_however_it_is_cut(record_property):
    # F1 to F24, C1 to C8, D9 to D14; ours is fed whole and in pieces
    tally = Tally()
    for start in range(0, 20_000, CHUNK):
        tally += run(SEED, start, CHUNK)
        check(tally)
    record_property("distribution", tally.text())
    # The lesson of the first generators: inputs that fail at once try nothing.
    assert 0.6 < tally.valid / tally.inputs < 0.8, tally.text()
    assert tally.events / tally.inputs > 3, tally.text()
    for verdict in ("closed", "end of stream", "1002", "1007", "1009"):
        assert tally.verdicts[verdict] > 0.02 * tally.inputs, tally.text()
    # An entry that nothing needs goes.
    entries = {f"{engine}: {allowance.key}" for allowance in ALLOWANCES for engine in allowance.engines}
    assert (entries | {f"wsproto: {LATE_PONGS}"}) - set(tally.allowed) <= RARE, tally.text()


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_four_engines_see_the_same_in_200_000_inputs():
    for start in range(0, 200_000, CHUNK):
        check(run(SEED + 1, start, CHUNK))


def takes_any_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close, "may_be_sent", lambda code: True)


def tells_how_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Connection.receive_data

    def receive_data(self: Connection, data: bytes, now: float) -> None:
        if len(data) == 1:
            self._events.append(KnobTurned("cut", None, None))
        original(self, data, now)

    monkeypatch.setattr(Connection, "receive_data", receive_data)


def raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def proceed(self: object, *args: object, **more: object) -> None:
        raise IndexError("a fault of ours")

    monkeypatch.setattr("framescope.engine.receiving.Receiver.proceed", proceed)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(takes_any_code, "ours:"), (tells_how_it_was_cut, "changes what is told"), (raises, "IndexError")],
)
def test_a_fault_is_seen(monkeypatch, fault, words):
    fault(monkeypatch)
    tally = run(SEED, 0, 2000)
    assert tally.differences
    assert all(words in difference and f"seed {SEED}, input " in difference for difference in tally.differences)
