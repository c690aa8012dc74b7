"""Who ended TCP without Close? Timers by repetition or by a known limit, and never against what was survived."""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.why_lost import ping_before
from framescope.analysis.trace import Trace
from framescope.capture.records import Flag, Gauge, Phase, PhaseChange
from framescope.engine.frames import Opcode
from helpers.ends import causes, halt, judged, opened, pinged
from helpers.scripted import Script


def lost(
    *, start: float = 0.0, talk: tuple[float, ...] = (), end: float, ending: str = "fin", error: str = ""
) -> Script:
    """OPEN 1 s after `start`; messages come at the times of `talk`; the end. All on the capture's clock."""
    script = opened(start + 1, start=start)
    for at in talk:
        script.received(Opcode.TEXT, b"tick", at=at)
    script.ended(ending, at=end, error=error)
    return script


def test_a_fin_by_itself() -> None:
    found = judged(lost(talk=(5,), end=12))
    assert causes(found) == [("fin_by_peer", "likely")]
    assert found.causes[0].evidence == (
        "It closed the TCP connection (FIN) 7.00 s after the last frame, at an age of 12.0 s."
    )
    assert "both look the same from here" in found.unknown[0]
    assert [item.text for item in found.tries] == ["Catch ConnectionClosed, and connect again."]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("", ("rst_by_peer", "likely")),
        ("[Errno 104] Connection reset by peer", ("rst_by_peer", "likely")),
        ("[Errno 32] Broken pipe", ("rst_by_peer", "likely")),
        ("[Errno 103] Software caused connection abort: aborted", ("rst_by_peer", "likely")),
        ("[Errno 110] Connection timed out", ("tcp_timeout", "strong")),
        ("[Errno 113] No route to host", ("network_error", "strong")),
        ("[Errno 101] Network is unreachable", ("network_error", "strong")),
        ("the TLS stream ended without close_notify", ("network_error", "likely")),
    ],
)
def test_errors_of_the_operating_system(error: str, cause: tuple[str, str]) -> None:
    assert causes(judged(lost(talk=(5,), end=12, ending="reset", error=error))) == [cause]


def test_an_idle_time_near_a_known_limit_is_likely() -> None:
    found = judged(lost(talk=(5,), end=65))
    assert causes(found) == [("idle_timer", "likely"), ("fin_by_peer", "possible")]
    assert found.causes[0].evidence == (
        "Cut 60.0 s after the last frame. By default nginx or AWS load balancers would cut then."
    )
    assert (found.tries[0].knob, found.tries[0].value) == ("ping_interval", 20)


def test_a_longer_silence_that_was_survived_rules_the_timer_out() -> None:
    found = judged(lost(talk=(5, 70), end=130))
    assert causes(found) == [("fin_by_peer", "likely")]
    assert ("An idle timer", "a silence of 65.0 s was survived") in {(x.title, x.why) for x in found.ruled_out}
    assert causes(judged(lost(talk=(5, 66), end=126)))[0] == ("idle_timer", "likely")  # within 3 %


def other(*, start: float, talk: tuple[float, ...], end: float) -> Trace:
    return lost(start=start, talk=talk, end=end).trace()


@pytest.mark.parametrize(
    ("theirs", "strength"),
    [
        (other(start=100, talk=(104, 110), end=117.08), "likely"),
        (other(start=100, talk=(104, 110), end=117.2), "likely"),  # nearly the same: chance is not excluded
        (other(start=100, talk=(105,), end=112), "likely"),  # of the same age, too
        (other(start=100, talk=(104, 110), end=117.3), None),  # another idle time
        (other(start=2, talk=(5,), end=12.2), None),  # one event may have ended both
    ],
)
def test_the_same_idle_time_again(theirs: Trace, strength: str | None) -> None:
    found = judged(lost(talk=(5,), end=12), others=[theirs])
    if strength is None:
        assert causes(found) == [("fin_by_peer", "likely")]
    else:
        assert causes(found)[0] == ("idle_timer", strength)
        assert "7.00 s after the last frame, as was 1 other connection" in found.causes[0].evidence
        assert found.tries[0].value == 2.3


def test_idle_times_below_a_second_say_nothing() -> None:
    theirs = other(start=100, talk=(101, 101.5), end=102.4)
    assert causes(judged(lost(talk=(5,), end=5.9), others=[theirs])) == [("fin_by_peer", "likely")]


def test_another_connection_that_was_silent_for_longer_rules_the_timer_out() -> None:
    closed = opened(101, start=100)
    closed.ended("close_frames", at=109, received_code=1000, sent_code=1000)
    theirs = other(start=200, talk=(204, 210), end=217)
    found = judged(lost(talk=(5,), end=12), others=[theirs, closed.trace()])
    assert causes(found) == [("fin_by_peer", "likely")]
    assert ("An idle timer", "a silence of 8.00 s was survived") in {(x.title, x.why) for x in found.ruled_out}


BUSY = tuple(float(second) for second in range(2, 30))


@pytest.mark.parametrize(
    ("theirs", "strength"),
    [
        (other(start=100, talk=tuple(100 + at for at in BUSY), end=130.05), "strong"),
        (other(start=100, talk=tuple(100 + at for at in BUSY), end=130.8), "likely"),
        (other(start=100, talk=tuple(100 + at for at in BUSY), end=131.5), None),  # it lived for longer
        (other(start=0.1, talk=BUSY, end=30.1), "likely"),  # one event: only the known limit is left
    ],
)
def test_the_same_age_again(theirs: Trace, strength: str | None) -> None:
    found = judged(lost(talk=BUSY, end=30), others=[theirs])
    assert causes(found)[0] == (("fin_by_peer", "likely") if strength is None else ("life_timer", strength))
    if strength is not None:
        assert "Google external ALB would cut then" in found.causes[0].evidence
        assert found.tries[0].text == "No ping helps: raise the limit there, or connect again."


def test_an_unknown_age_needs_a_second_connection() -> None:
    busy = tuple(float(second) for second in range(2, 12))
    assert causes(judged(lost(talk=busy, end=12)))[0] == ("fin_by_peer", "likely")
    theirs = other(start=100, talk=tuple(100.5 + at for at in busy[:-1]), end=112)
    assert causes(judged(lost(talk=busy, end=12), others=[theirs]))[0] == ("life_timer", "likely")
    another = other(start=200, talk=tuple(200.5 + at for at in busy[:-1]), end=212)
    assert causes(judged(lost(talk=busy, end=12), others=[theirs, another]))[0] == ("life_timer", "strong")


@pytest.mark.parametrize(
    ("later", "age", "first"),
    [(0.16, 12.017, "life_timer"), (0.16, 12.06, "fin_by_peer"), (0.05, 12.0, "fin_by_peer")],
)
def test_two_that_began_and_ended_one_shortly_after_the_other(later: float, age: float, first: str) -> None:
    """A server that stops ends all at one moment, whatever their ages; a limit of the age ends them as they began."""
    busy = tuple(float(second) for second in range(2, 12))
    theirs = other(start=later, talk=tuple(later + 0.5 + at for at in busy[:-1]), end=later + age)
    assert causes(judged(lost(talk=busy, end=12), others=[theirs]))[0] == (first, "likely")


@pytest.mark.parametrize(
    ("path", "proxy", "first"),
    [("chat?id=7", "", "life_timer"), ("", "http://proxy.test:3128", "fin_by_peer")],
)
def test_who_went_another_way_is_not_compared(path: str, proxy: str, first: str) -> None:
    busy = tuple(float(second) for second in range(2, 12))
    script = opened(101, start=100, url=f"ws://127.0.0.1:9001/{path}")
    if proxy:
        script.phase(Phase.PROXY, PhaseChange.DONE, f"{proxy} → server.test:80", at=100.5)
    for at in busy[:-1]:
        script.received(Opcode.TEXT, b"tick", at=100.5 + at)
    script.ended("fin", at=112)
    assert causes(judged(lost(talk=busy, end=12), others=[script.trace()]))[0] == (first, "likely")


def test_a_reset_by_a_middlebox_that_had_forgotten_the_connection() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"tick", at=5)
    script.sent(Opcode.TEXT, b"hello", at=704.9)
    script.ended("reset", at=705)
    found = judged(script)
    assert causes(found)[0] == ("idle_timer", "likely")
    assert found.causes[0].evidence == "Your first frame after 11 min 40 s of silence was answered by a reset."


def test_a_keepalive_that_drops_tcp_without_a_word() -> None:
    script = opened()
    script.received(Opcode.PING, b"p", at=5)
    script.ended("fin", at=8)
    assert causes(judged(script)) == [("peer_keepalive", "likely"), ("fin_by_peer", "possible")]
    script = opened()
    script.received(Opcode.PING, b"p", at=5)
    script.sent(Opcode.PONG, b"p", at=5.1)
    script.ended("fin", at=8)
    assert causes(judged(script)) == [("fin_by_peer", "likely")]


@pytest.mark.parametrize(("times", "words"), [((2,), "the only ping was"), ((2, 4), "all 2 pings were")])
def test_answered_pings_rule_our_keepalive_out(times: tuple[float, ...], words: str) -> None:
    script = opened()
    pinged(script, *times)
    script.ended("fin", at=9)
    assert ("Your keepalive", f"{words} answered in time") in {(x.title, x.why) for x in judged(script).ruled_out}


def test_an_idle_time_again_and_again_is_strong() -> None:
    theirs = [other(start=100, talk=(104, 110), end=117.08), other(start=200, talk=(207, 213), end=220.04)]
    found = judged(lost(talk=(5,), end=12), others=theirs)
    assert causes(found)[0] == ("idle_timer", "strong")


def test_pings_that_nobody_answered_look_like_an_idle_timer() -> None:
    """The peer's ping_timeout is as constant as a timer's time."""

    def swallowed(start: float, at: float) -> Script:
        script = opened(start + 1, start=start)
        script.received(Opcode.PING, b"p", at=start + at)
        script.ended("fin", at=start + at + 3)
        return script

    theirs = [swallowed(100, 2.5).trace(), swallowed(200, 3.5).trace()]
    found = judged(swallowed(0, 3), others=theirs)
    assert causes(found)[:2] == [("peer_keepalive", "likely"), ("idle_timer", "possible")]


def test_messages_count_where_pings_passed_and_the_silence_between_messages_is_the_same() -> None:
    def talked(start: float, at: float) -> Script:
        script = opened(start + 1, start=start)
        pinged(script, *(start + second for second in range(2, int(at) + 10)), rtt=0.1)
        script.received(Opcode.TEXT, b"tick", at=start + at + 0.5)
        script.ended("fin", at=start + at + 9.7)
        return script

    alone = causes(judged(talked(0, 5)))
    assert alone[0] == ("fin_by_peer", "likely") and ("idle_timer", "possible") not in alone
    found = judged(talked(0, 5), others=[talked(100, 9).trace()])
    assert causes(found) == [("idle_timer", "likely"), ("fin_by_peer", "possible")]
    assert found.causes[0].evidence.startswith("Cut 9.20 s after the last message, as was 1 other connection, although")
    assert found.tries[0].lesson == "application-heartbeat"


def test_a_connection_without_messages_may_have_been_cut_for_that() -> None:
    script = opened()
    pinged(script, *range(5, 30, 2))
    script.ended("fin", at=30)
    assert causes(judged(script))[:2] == [("life_timer", "likely"), ("idle_timer", "possible")]


def test_a_frame_that_was_cut_short_was_no_silence() -> None:
    script = lost(talk=(5,), end=65)
    assert causes(judged(script))[0] == ("idle_timer", "likely")
    script = opened()
    script.received(Opcode.TEXT, b"tick", at=5)
    script.received(Opcode.TEXT, b"half of", at=65, flags=Flag.PARTIAL)
    script.ended("fin", at=65)
    found = judged(script)
    assert causes(found) == [("fin_by_peer", "likely")]
    assert found.causes[0].evidence.endswith("The end came in the middle of a frame.")


def test_an_illegal_frame_just_before_may_be_the_reason() -> None:
    script = opened()
    script.violation("reserved bit set", "RFC 6455 5.2", 0, at=8, sent=True)
    script.ended("reset", at=9)
    assert causes(judged(script)) == [("violation_by_us", "likely"), ("rst_by_peer", "possible")]


@pytest.mark.parametrize(
    ("slept", "is_pinged", "last", "strength"),
    [(0, False, 1, "possible"), (0, False, 5, "likely"), (0, True, 1, "likely"), (60, False, 5, "likely")],
)
def test_an_end_that_waited_for_a_program_that_stood_still(
    slept: float, is_pinged: bool, last: float, strength: str
) -> None:
    """A halt is the reason where it filled the silence before the end, or a ping lay unread."""
    script = opened()
    script.received(Opcode.TEXT, b"tick", at=last)
    if is_pinged:
        script.received(Opcode.PING, b"p", at=20, kernel=12)
    script.ended("fin", at=20)
    found = judged(script, halts=[halt(11 if last == 1 else 8, 20, slept=slept)])
    assert dict(causes(found))["asleep"] == strength
    assert causes(found)[0] == (("fin_by_peer", "likely") if strength == "possible" else ("asleep", "likely"))


def test_an_end_while_reading_was_paused() -> None:
    script = opened()
    script.gauge(Gauge.READING_PAUSED, 1, at=5)
    script.ended("reset", at=20)
    assert causes(judged(script)) == [("own_unread", "likely"), ("rst_by_peer", "possible")]


def test_the_proxy_is_named_among_those_who_may_have_done_it() -> None:
    script = opened()
    script.phase(Phase.PROXY, PhaseChange.DONE, "http://proxy.test:3128 → server.test:80", at=0.5)
    script.ended("fin", at=9)
    assert "the proxy http://proxy.test:3128 or something else between" in judged(script).unknown[0]


def test_tls_that_was_not_ended_is_told() -> None:
    script = lost(talk=(5,), end=12, error="the TLS stream ended without close_notify")
    assert judged(script).causes[0].evidence.endswith("TLS was not ended before (no close_notify).")


@pytest.mark.parametrize(("idle", "value"), [(1.2, 0.4), (7, 2.3), (55, 18), (60, 20), (3600, 60)])
def test_pings_come_well_before_an_idle_timer_and_no_more_often_than_that(idle: float, value: float) -> None:
    assert ping_before(idle) == value


@pytest.mark.parametrize("woken", [19.99, 20.01])
def test_a_halt_may_be_told_just_before_or_behind_the_end(woken: float) -> None:
    script = opened()
    script.received(Opcode.PING, b"p", at=20, kernel=12)
    script.ended("fin", at=20)
    assert causes(judged(script, halts=[halt(8, woken)]))[0] == ("asleep", "likely")
