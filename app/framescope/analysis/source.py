"""What does the analysis need of a capture? The part of `capture.reader.CaptureReader` that tests can stand in for."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Info = TypeVar("Info", bound=msgspec.Struct)


class Source(Protocol):
    """Reads what a record points to; a record is a `Record` or an element of `poll()`."""

    def detail(self, record: Any, kind: type[Info], /) -> Info | None: ...
    def payload(self, record: Any, start: int = 0, stop: int | None = None) -> bytes: ...
    def frame_bytes(self, record: Any, start: int = 0, stop: int | None = None) -> bytes: ...


class PolledSource(Source, Protocol):
    """Gives the records too."""

    def poll(self) -> NDArray[np.void]: ...
