"""Do four engines see an input alike, however it is cut? One input after the other, and what a run has seen."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from random import Random

from helpers.fuzz_allowances import is_explained
from helpers.fuzz_engines import Ours, Outcome, model_of, ours, outcome_of, theirs, wsproto
from helpers.wire_generator import Act, Case, generate

#: B of an input that is also fed in tiny pieces, sometimes.
SHORT = 800
#: Differences after which a run gives up.
ENOUGH = 5


class Difference(AssertionError):
    """Two engines differ and no entry of the table says why; the words show all of it."""


@dataclass
class Tally:
    """What a run has seen."""

    inputs: int = 0
    valid: int = 0
    events: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    slips: Counter[str] = field(default_factory=Counter)
    allowed: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.inputs + other.inputs,
            self.valid + other.valid,
            self.events + other.events,
            self.verdicts + other.verdicts,
            self.slips + other.slips,
            self.allowed + other.allowed,
            self.differences + other.differences,
        )

    def text(self) -> str:
        """Write the run's distribution and what was used of the table."""
        count = max(self.inputs, 1)
        lines = [
            f"{self.inputs} inputs, {len(self.differences)} unexplained differences, "
            f"{self.valid / count:.1%} valid, {self.events / count:.2f} events an input"
        ]
        for title, counter in (("verdicts", self.verdicts), ("slips", self.slips), ("allowed", self.allowed)):
            words = ", ".join(f"{name} {number} ({number / count:.2%})" for name, number in counter.most_common())
            lines.append(f"{title}: {words}")
        return "\n".join(lines)


def examine(case: Case, tally: Tally) -> None:
    """Hold the engines against each other on one input."""
    model = model_of(case)
    reference = outcome_of(model, is_client=case.is_client)
    whole = ours(case)
    if whole.outcome != reference and not is_explained("ours", model, reference, whole.outcome, tally.allowed):
        raise Difference(report(case, ours=whole.outcome, model=reference))
    random = Random(case.number)
    size = sum(len(step) for step in case.steps if isinstance(step, bytes))
    pieces: Random | int = random
    if random.random() < 0.1:
        pieces = random.choice((1, 1, 1, 2, 3)) if size < SHORT else random.choice((100, 500, 520, 1400))
    again = ours(case, pieces)
    if again != whole:
        raise Difference(f"the cut changes what is told\n{report(case, **_first_difference(whole, again))}")
    for name, engine in (("websockets", theirs), ("wsproto", wsproto)):
        outcome = engine(case)
        if outcome != reference and not is_explained(name, model, reference, outcome, tally.allowed):
            raise Difference(report(case, ours=whole.outcome, **{name: outcome}))
    tally.inputs += 1
    tally.valid += not reference.has_failed
    tally.events += len(reference.messages) + len(reference.controls)
    verdict = model.fault.codes[0] if model.fault else ("closed" if reference.received else "end of stream")
    tally.verdicts[str(verdict)] += 1
    tally.slips.update(case.slips or ["none"])


def run(seed: int, start: int, count: int) -> Tally:
    """Examine `count` inputs from the number `start` on; what an engine raises is a difference too."""
    tally = Tally()
    for number in range(start, start + count):
        case = generate(seed, number)
        try:
            examine(case, tally)
        except Difference as difference:
            tally.differences.append(str(difference))
        except Exception:  # noqa: BLE001 - whatever it is, the input has to be known
            tally.differences.append(f"{traceback.format_exc()}\n{report(case)}")
        if len(tally.differences) >= ENOUGH:
            break
    return tally


def report(case: Case, **outcomes: object) -> str:
    """Write an input and what became of it."""
    lines = [
        f"seed {case.seed}, input {case.number}: a {'client' if case.is_client else 'server'}, "
        f"limit {case.limit} B, {case.most_fragments} fragments, {case.deflate}, slips: {case.slips}"
    ]
    for step in case.steps:
        lines += [f"  {step}"] if isinstance(step, Act) else [f"  {line}" for line in hex_frames(step)]
    for name, outcome in outcomes.items():
        if isinstance(outcome, Outcome):
            lines += [f"{name}:", *(f"    {key} = {_short(value)}" for key, value in outcome._asdict().items())]
        else:
            lines.append(f"{name}: {_short(outcome)}")
    return "\n".join(lines)


def hex_frames(data: bytes) -> list[str]:
    """Write bytes as frames, header and payload apart, as far as their headers tell the truth."""
    lines = []
    while data:
        second = data[1] if len(data) > 1 else 0
        extended = {126: 2, 127: 8}.get(second & 127, 0)
        size = 2 + extended + (4 if second & 128 else 0)
        length = int.from_bytes(data[2 : 2 + extended], "big") if extended else second & 127
        payload = data[size : size + length].hex()
        if len(payload) > 160:
            payload = f"{payload[:120]}... ({len(payload) // 2} B)"
        lines.append(f"{data[:size].hex(' ')} | {payload}")
        data = data[size + length :]
    return lines


def _first_difference(whole: Ours, again: Ours) -> dict[str, object]:
    """Find where two outcomes of ours part."""
    for one, other in zip_longest(whole.told, again.told):
        if one != other:
            return {"whole": one, "in pieces": other}
    return {"whole": (whole.output, whole.left), "in pieces": (again.output, again.left)}


def _short(value: object) -> str:
    if isinstance(value, bytes) and len(value) > 60:
        return f"{value[:50]!r}... ({len(value)} B)"
    if isinstance(value, list | tuple):
        return f"({', '.join(_short(item) for item in value)})"
    text = repr(value)
    return text if len(text) < 2000 else f"{text[:2000]}..."
