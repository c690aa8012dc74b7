"""What happened while a pong was awaited? What came, what was sent before it, and what of it stood in the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from framescope.analysis.diagnosis.facts import CROSSING, Facts, Traffic
from framescope.analysis.model import Exchange
from framescope.analysis.units import format_size

BULK = 64 * 1024  #: B in the time of a missed pong from which data may have delayed it ...
BULK_RATE = 16 * 1024  #: ... or so many B/s, where it was short
LITTLE = 8 * 1024  #: B that delay nothing for seconds, but on the slowest of lines
MOST = 0.5  #: of that time: what lasted so long explains it
_LARGER = 4  #: times as large as any frame before: how long it takes is not known
_RISE = 3.0  #: a round trip so many times the usual one has risen
_BEHIND = 0.02  #: s; a pong that came so soon after a data frame came behind it
_MOVED = 0.05  #: s by which a deadline is later than ping_timeout says, and not by the clocks' chance


@dataclass(frozen=True)
class Wait:
    """The time in which the pong was awaited: ns, monotonic."""

    exchange: Exchange
    start: int
    due: int
    heard: Traffic  #: meanwhile, up to the pong where one came
    sent: Traffic  #: meanwhile, and as long before: what may have stood before the ping
    timeout: float | None  #: ping_timeout as it stands

    @property
    def seconds(self) -> float:
        return (self.due - self.start) / 1e9

    @property
    def is_moved(self) -> bool:
        """Tell whether the deadline was put off because the peer's end took what stood before the ping."""
        return self.timeout is not None and self.seconds > self.timeout + _MOVED

    @property
    def late(self) -> float | None:
        """Seconds from the deadline to the pong; None where none came."""
        return None if self.exchange.answered is None else (self.exchange.answered - self.due) / 1e9

    @property
    def came(self) -> str:
        return f"{came(self.heard)} {'meanwhile' if self.late is None else 'before the pong'}"


def came(heard: Traffic) -> str:
    """Write how much came: "96 KiB in 3 frames came"."""
    frames = "1 frame" if heard.frames == 1 else f"{heard.frames} frames"
    return f"{format_size(heard.size)} in {frames} came"


def left(wait: Wait) -> str:
    """Write how much of ours was there: "68 KiB in 4 frames were sent around the ping"."""
    frames = "1 frame" if wait.sent.frames == 1 else f"{wait.sent.frames} frames"
    return f"{format_size(wait.sent.size)} in {frames} were sent around the ping"


def is_bulk(traffic: Traffic) -> bool:
    """Tell whether so much may keep a pong waiting: much, or in a short time much a second."""
    return traffic.size >= BULK or (traffic.size >= LITTLE and traffic.rate >= BULK_RATE)


def is_little(facts: Facts, wait: Wait) -> bool:
    """Tell whether nothing that was sent or came could have delayed ping or pong by seconds."""
    # A message of a few bytes is enough to keep a peer busy that takes one at a time.
    return wait.heard.size + wait.sent.size < LITTLE and not facts.has_data_standing


def is_under_way(facts: Facts, wait: Wait) -> bool:
    """Tell whether a frame was coming in during the wait that is larger than any before."""
    lane = facts.trace.lanes[False]
    first = lane.between(0, wait.due).stop
    if wait.late is not None or first >= lane.count():
        return False
    largest = int(lane.lengths[:first].max(initial=0))
    return int(lane.lengths[first]) >= max(BULK, _LARGER * largest)


def fell_silent(facts: Facts, wait: Wait) -> bool:
    """Tell whether what came in the wait was on its way already, and then nothing for longer than ever."""
    if facts.heard_later is not None or facts.last_heard is None:
        return False
    quiet = (wait.due - facts.last_heard) / 1e9
    return quiet > max(MOST * wait.seconds, facts.quiet(facts.last_heard + 1))


def has_risen(facts: Facts) -> bool:
    """Tell whether one of the last round trips took several times as long as the quickest."""
    late = None if facts.missed is None else facts.missed.rtt
    rtts = facts.rtts if late is None else [*facts.rtts, late]
    return len(rtts) >= 2 and max(rtts[-3:]) >= _RISE * min(rtts)


def came_behind(facts: Facts, wait: Wait) -> bool:
    """Tell whether data flowed through all of the wait, and the pong came directly behind a frame of it."""
    answered = wait.exchange.answered
    if answered is None:
        return False
    lane = facts.trace.lanes[False]
    here = lane.between(wait.start, answered)
    times = [wait.start, *map(int, lane.times[here])]
    gaps = [(after - before) / 1e9 for before, after in pairwise(times)]
    return bool(gaps) and max(gaps) <= max(CROSSING, wait.seconds / 3) and (answered - times[-1]) / 1e9 <= _BEHIND


def stood_still(facts: Facts, wait: Wait) -> bool:
    """Tell whether nothing came for most of the wait, and what came then was not large enough to take so long."""
    answered = wait.exchange.answered
    if answered is None or not wait.heard.rate:
        return False
    lane = facts.trace.lanes[False]
    here = lane.between(wait.start, answered + 1)
    ends = [(int(lane.times[index]), int(lane.lengths[index])) for index in range(here.start, here.stop)]
    before = wait.start
    for time, length in ends:
        gap = (time - before) / 1e9
        if gap > MOST * wait.seconds and gap > _RISE * length / wait.heard.rate:
            return True
        before = time
    return False
