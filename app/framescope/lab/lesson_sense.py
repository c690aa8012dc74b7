"""What in a lesson cannot be, before it is played? Knobs, acts, bytes and sections that no run could mean."""

from __future__ import annotations

import re

from framescope.engine.close import may_be_sent
from framescope.engine.settings import KNOB_NAMES, BadKnob, check_knob
from framescope.lab import scenario as acts
from framescope.lab.lesson import Lesson
from framescope.lab.scenario import Acts, End, Seconds, seconds

MOST = 20_000  #: messages, pings or timeouts of one kind in a run; more would keep a window waiting
ANSWERS = (2, 8)

#: RFC 6455: its sections, to the last of each: "5.5": 3 says 5.5.1 to 5.5.3.
_RFC_6455 = {"": 14, "1": 9, "2": 1, "4": 4, "4.2": 2, "5": 8, "5.5": 3, "6": 2, "7": 4, "7.1": 7, "7.2": 3, "7.4": 2}
_RFC_6455 |= {"8": 1, "9": 2, "10": 8, "11": 8, "11.3": 5, "14": 2}


def nonsense_in(lesson: Lesson) -> list[str]:
    """Return what cannot be, one line each."""
    scenario, count = lesson.scenario, len(lesson.question.answers)
    faults = [*_of_end("client", scenario.client, scenario.duration)]
    faults += _of_end("server", scenario.server, scenario.duration)
    for place, act in enumerate(scenario.script, 1):
        fault = _of_act(act)
        if act.at > scenario.duration:
            fault = f"at = {act.at:g} is after the end, for duration is {scenario.duration:g} s"
        if fault:
            faults.append(f"scenario.script, no. {place}: {fault}")
    if lesson.question.decided > scenario.duration:
        faults.append(f"question.decided: after the scenario's end, for duration is {scenario.duration:g} s")
    if not ANSWERS[0] <= count <= ANSWERS[1]:
        faults.append(f"question.answers: there can be {ANSWERS[0]} to {ANSWERS[1]}, not {count}")
    faults += (f"reading: RFC 6455 has no section {section[9:]}" for section in lesson.reading if _is_absent(section))
    return faults


def _of_end(who: str, end: End, duration: float) -> list[str]:
    faults = [
        f"scenario.{who}: {fault}" for name in KNOB_NAMES if (fault := _of_knob(name, getattr(end, name), duration))
    ]
    for traffic in end.traffic:
        count = duration / traffic.every
        if min(count, traffic.count or count) > MOST:
            faults.append(f"scenario.{who}.traffic: {count:,.0f} messages; at most {MOST:,}: raise “every”")
    for name, every in (("recv_timeout", end.recv_timeout), ("heartbeat", end.heartbeat and end.heartbeat.every)):
        if every and duration / every > MOST:
            faults.append(f"scenario.{who}.{name}: {duration / every:,.0f} times; at most {MOST:,}")
    return faults


def _of_knob(name: str, value: Seconds, duration: float) -> str:
    try:
        number = seconds(value)
        check_knob(name, number)
    except BadKnob as error:
        return str(error) if name in str(error) else f"{name}: {error}"
    if name == "ping_interval" and number and duration / number > MOST:
        return f"ping_interval: {duration / number:,.0f} pings; at most {MOST:,}"
    return ""


def _of_act(act: Acts) -> str:
    match act:
        case acts.Turn(knob=knob, value=value):
            return _of_knob(knob, value, 0.0)
        case acts.Close(code=code, reason=reason):
            if not may_be_sent(code):
                return f"{code} may not stand in a Close frame; 1000 may, and 3000 to 4999"
            if len(reason.encode()) > 123:
                return "a reason of more than 123 bytes"
        case acts.Raw(payload=payload):
            try:
                bytes.fromhex(payload)
            except ValueError:
                return f"payload: “{payload[:20]}” is not hexadecimal; write 6869"
        case _:
            pass
    return ""


def _is_absent(section: str) -> bool:
    found = re.fullmatch(r"RFC 6455 ([\d.]+)", section)
    if found is None:
        return False
    above, _, last = found[1].rpartition(".")
    return not 1 <= int(last) <= _RFC_6455.get(above, 0)
