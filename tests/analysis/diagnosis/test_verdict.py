"""Are findings kept as they were found, and weakened where something else explains the end as well?"""

from __future__ import annotations

from framescope.analysis.diagnosis.verdict import Cause, Findings, RuledOut, Strength


def test_causes_and_what_is_ruled_out_are_kept_in_order() -> None:
    findings = Findings()
    findings.cause("one", "One", Strength.WEAK, "1 s")
    findings.cause("two", "Two", Strength.STRONG, "2 s")
    findings.rule_out("Three", "3 s")
    assert findings.causes == [
        Cause("one", "One", Strength.WEAK, "1 s"),
        Cause("two", "Two", Strength.STRONG, "2 s"),
    ]
    assert findings.ruled_out == [RuledOut("Three", "3 s")]


def test_weakening_spares_what_was_found_before_and_strengthens_nothing() -> None:
    findings = Findings()
    for strength in (Strength.STRONG, Strength.STRONG, Strength.WEAK):
        findings.cause("key", "Title", strength, "evidence")
    findings.weaken(1, Strength.POSSIBLE)
    assert [cause.strength for cause in findings.causes] == [Strength.STRONG, Strength.POSSIBLE, Strength.WEAK]


def test_strengths_are_ordered() -> None:
    assert Strength.WEAK < Strength.POSSIBLE < Strength.LIKELY < Strength.STRONG
