"""Why did a connection end? Causes from what was measured, the most probable first, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from framescope.analysis.book import Halt
from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.other_end import other_end
from framescope.analysis.diagnosis.steps import steps_of
from framescope.analysis.diagnosis.verdict import Diagnosis, Findings, Strength
from framescope.analysis.diagnosis.why_closed import closed, is_keepalive, violated
from framescope.analysis.diagnosis.why_keepalive import our_timeout
from framescope.analysis.diagnosis.why_lost import lost
from framescope.analysis.diagnosis.why_not_open import not_opened
from framescope.analysis.diagnosis.why_peers_keepalive import is_wordless, peers_timeout
from framescope.analysis.ending import end_sentence
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_seconds
from framescope.engine.events import Which

_MOST_TRIES = 3


def diagnose(trace: Trace, *, others: Sequence[Trace] = (), halts: Sequence[Halt] = ()) -> Diagnosis | None:
    """Say why a connection ended; None while it lives.

    `others`: connections of the same capture, for what repeats itself; `halts`: when the recorder stood still.
    """
    ended = trace.story.ended
    if ended is None:
        return None
    facts = Facts(trace, ended.info, others, halts)
    findings = Findings()
    _judge(facts, findings)
    causes = sorted(findings.causes, key=lambda cause: -cause.strength)
    headline, plain = end_sentence(trace.story)
    return Diagnosis(
        headline=headline,
        plain=plain,
        other_end=other_end(facts),
        steps=tuple(steps_of(facts)),
        causes=tuple(causes),
        ruled_out=tuple(findings.ruled_out),
        tries=tuple(findings.tries[:_MOST_TRIES]),
        unknown=tuple(findings.unknown),
    )


def _judge(facts: Facts, findings: Findings) -> None:
    info = facts.info
    if facts.opened is None:
        not_opened(facts, findings)
    elif facts.has_missed(Which.PONG):
        our_timeout(facts, findings)
    elif is_keepalive(facts) or is_wordless(facts):
        peers_timeout(facts, findings)
    elif info.ending == "violation":
        violated(facts, findings)
    elif info.received_code is not None or info.sent_code is not None:
        closed(facts, findings)
    elif info.ending in ("fin", "reset"):
        lost(facts, findings)
    elif info.ending == "aborted":
        evidence = f"Dropped without a Close frame, {format_seconds(facts.age)} after the start."
        findings.cause("dropped_by_us", "Your own side dropped the TCP connection", Strength.STRONG, evidence)
    else:
        findings.cause("unknown", "The recording does not say why", Strength.WEAK, info.sentence)
