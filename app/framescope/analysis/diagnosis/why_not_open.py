"""Why did the connection never open? The name, TCP, a proxy, TLS, or the answer to the upgrade."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.verdict import Findings, Strength, Try
from framescope.analysis.event_text import PHASE_NAMES
from framescope.analysis.units import format_seconds
from framescope.capture.details import HandshakeInfo
from framescope.capture.records import PhaseChange

_STATUS_WORDS = {
    401: "it wants to know who you are",
    403: "it forbids this, often for the Origin, a cookie or a token",
    404: "nothing is at this path",
    426: "it wants another protocol or version",
    429: "too many connections or requests",
    502: "a proxy before it cannot reach it",
    503: "it is overloaded or down",
    504: "a proxy before it got no answer from it",
}
_MOST = 0.5  #: of the time that connecting took: what lasted so long explains it
_PHASE_TITLES = {
    "dns": "The name cannot be found",
    "tcp": "No TCP connection came about",
    "proxy": "The proxy refused or failed",
    "tls": "TLS failed",
    "upgrade": "No valid answer to the upgrade came",
}


def not_opened(facts: Facts, findings: Findings) -> None:
    """The opening handshake failed, or connecting did."""
    info, story = facts.info, facts.story
    phase = next((mark for mark in reversed(story.phases) if mark.change is not PhaseChange.DONE), None)
    name = "upgrade" if phase is None else phase.phase.name.lower()
    words = "" if phase is None or phase.info is None else phase.info.text
    if info.deadline == "open":
        began = [mark.time for mark in story.phases if phase is not None and mark.phase is phase.phase]
        _timed_out(facts, findings, name, min(began, default=facts.trace.start))
    elif info.ending == "aborted":
        findings.cause(
            "given_up", "Your own side gave up connecting", Strength.STRONG, f"After {format_seconds(facts.age)}."
        )
    elif story.handshake is not None and _is_refusal(story.handshake) and facts.peer == "client":
        answer = f"HTTP {story.handshake.status} {story.handshake.reason}".strip()
        findings.cause("refused_by_us", "Your own side refused the client", Strength.STRONG, f"{answer} was sent.")
    elif story.handshake is not None and _is_refusal(story.handshake):
        status = story.handshake.status
        meaning = _STATUS_WORDS.get(status, "it did not switch to WebSocket")
        findings.cause(
            "refused_status",
            f"The {facts.peer} answered HTTP {status} instead of 101: {meaning}",
            Strength.STRONG,
            f"HTTP {status} {story.handshake.reason}".strip() + ".",
        )
        findings.tries.append(Try("Look at Handshake: path, Origin, cookies, Authorization."))
    elif story.handshake is not None and story.handshake.status == 101:
        findings.cause(
            "refused_header", "The server agreed (101), but with a header that is wrong", Strength.STRONG, info.sentence
        )
    else:
        _failed(facts, findings, name, words or info.sentence)
    if info.advice:
        findings.tries.append(Try(info.advice))


def _failed(facts: Facts, findings: Findings, name: str, words: str) -> None:
    """A step of connecting failed by itself."""
    sure = Strength.STRONG
    if name == "upgrade" and "[SSL:" in facts.info.error:
        # With TLS 1.3 the client is done before the server has judged its certificate.
        name, sure = "tls", Strength.LIKELY
    elif name in ("dns", "tcp") and "proxy" in words.lower():
        sure = Strength.LIKELY  # of the way to the proxy: it, or what it stands for, has failed
    title = _PHASE_TITLES.get(name, "Connecting failed")
    if name == "upgrade" and facts.peer == "client":
        title = "No valid request for an upgrade came"
    findings.cause(f"failed_{name}", title, sure, words)


def _is_refusal(handshake: HandshakeInfo) -> bool:
    return not handshake.is_accepted and handshake.status not in (0, 101)


def _timed_out(facts: Facts, findings: Findings, name: str, began: int) -> None:
    where = next((label for phase, label in PHASE_NAMES.items() if phase.name.lower() == name), name)
    spent = (facts.end - began) / 1e9
    halted, is_sleep = facts.halted(began, facts.end)
    is_asleep = halted >= _MOST * spent
    if is_asleep:
        title = "This machine was asleep" if is_sleep else "This program itself stood still"
        evidence = f"It stood still for {format_seconds(halted)} of that time, and could see no answer."
        findings.cause("asleep", title, Strength.LIKELY, evidence)
    is_proxys = name in ("dns", "tcp") and "proxy" in facts.info.sentence.lower()
    findings.cause(
        f"open_{name}",
        f"open_timeout ran out during {where}",
        Strength.POSSIBLE if is_asleep else Strength.LIKELY if is_proxys else Strength.STRONG,
        f"{where} had taken {format_seconds(spent)} of {format_seconds(facts.age)}.",
    )
    for mark in facts.story.phases:
        if mark.change is PhaseChange.DONE:
            findings.rule_out(
                PHASE_NAMES[mark.phase], f"done after {format_seconds((mark.time - facts.trace.start) / 1e9)}"
            )
    now = facts.story.knobs.get("open_timeout")
    if now is not None:
        findings.tries.append(
            Try(f"Raise open_timeout to {now * 2:g} s", knob="open_timeout", value=now * 2, lesson="open-timeout")
        )
