"""Which connections does a capture hold? One growing trace for each, fed from the reader's polls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.source import PolledSource
from framescope.analysis.trace import Trace
from framescope.capture.details import RecordingInfo
from framescope.capture.records import Gauge, Kind, Record

HALT_NS = 1_000_000_000  #: a loop that wakes later than this stood still


class Halt(NamedTuple):
    """A time (ns, monotonic) in which nothing was recorded because nobody was awake."""

    start: int
    end: int
    is_sleep: bool  #: of the machine: it happened between `start` and `end`
    slept: int = 0  #: ns of sleep, which monotonic time does not count


class Halts(list[Halt]):
    """When the program that recorded, or its machine, stood still, as far as somebody looked."""

    is_watched = False  #: the recording tells of the event loop's lag: no halt in it means that there was none


class TraceBook:
    """All traces of one capture, by connection number."""

    def __init__(self, reader: PolledSource) -> None:
        self.reader = reader
        self.traces: dict[int, Trace] = {}
        self._anchor: tuple[int, int] | None = None  # the latest: monotonic and boottime, ns
        self.lag_ns = 0  #: by how much the probe's event loop woke late, the latest gauge
        self.halts = Halts()
        self.recording_stopped = ""  #: why nothing is recorded any more; empty while it is

    def poll(self) -> set[int]:
        """Read what is new; return the numbers of the traces that changed."""
        records = self.reader.poll()
        if not len(records):
            return set()
        connections = records["connection"]
        if (connections == connections[0]).all():
            groups: list[Any] = [records]
        else:
            ordered = records[np.argsort(connections, kind="stable")]
            groups = np.split(ordered, np.flatnonzero(np.diff(ordered["connection"])) + 1)
        changed = set()
        for group in groups:
            number = int(group["connection"][0])
            if number == 0:
                self._take_general(group)
                continue
            trace = self.traces.get(number)
            if trace is None:
                trace = self.traces[number] = Trace(number, self.reader)
            trace.update(group)
            changed.add(number)
        return changed

    def _find_sleep(self, anchors: NDArray[np.void]) -> None:
        """Two anchors tell of a sleep: boottime goes on meanwhile, monotonic time does not."""
        for anchor in anchors:
            before, self._anchor = self._anchor, (int(anchor["time"]), int(anchor["offset"]))
            if before is not None:
                asleep = (self._anchor[1] - before[1]) - (self._anchor[0] - before[0])
                if asleep >= HALT_NS:
                    self.halts.append(Halt(before[0], self._anchor[0], True, asleep))

    def _take_general(self, records: NDArray[np.void]) -> None:
        """Take the records that belong to no connection."""
        lags = records[(records["kind"] == Kind.GAUGE) & (records["first"] == Gauge.LAG)]
        if len(lags):
            self.lag_ns = int(lags["length"][-1])
            self.halts.is_watched = True
            long = lags[lags["length"] >= HALT_NS]
            self.halts += [Halt(int(lag["time"]) - int(lag["length"]), int(lag["time"]), False) for lag in long]
        self._find_sleep(records[records["kind"] == Kind.ANCHOR])
        for fields in records[records["kind"] == Kind.RECORDING].tolist():
            info = self.reader.detail(Record(*fields), RecordingInfo)
            if info is None:
                info = RecordingInfo(False, "The recording was interrupted; the capture does not say why.")
            self.recording_stopped = "" if info.is_recording else info.text
