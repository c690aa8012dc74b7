"""What types do the signatures of the API name? Those of `websockets`, by the same names."""

from __future__ import annotations

import logging
import os
from http import HTTPStatus
from typing import Any, NewType, TypeAlias

from framescope.engine.lifecycle import Role as Side

__all__ = [
    "BytesLike",
    "Data",
    "DataLike",
    "ExtensionHeader",
    "ExtensionName",
    "ExtensionParameter",
    "LoggerLike",
    "Origin",
    "PathLike",
    "Side",
    "StatusLike",
    "Subprotocol",
]

Data: TypeAlias = str | bytes  #: a message: str for text, bytes for binary
BytesLike: TypeAlias = bytes | bytearray | memoryview
DataLike: TypeAlias = str | bytes | bytearray | memoryview  #: what is taken where a message is sent
LoggerLike: TypeAlias = logging.Logger | logging.LoggerAdapter[Any]
PathLike: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]
StatusLike: TypeAlias = HTTPStatus | int

Origin = NewType("Origin", str)
Subprotocol = NewType("Subprotocol", str)
ExtensionName = NewType("ExtensionName", str)
ExtensionParameter: TypeAlias = tuple[str, str | None]
ExtensionHeader: TypeAlias = tuple[ExtensionName, list[ExtensionParameter]]
