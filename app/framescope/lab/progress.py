"""Which lessons has this person finished? A small file that is replaced whole, so that it is never half written."""

from __future__ import annotations

from pathlib import Path

import msgspec

VERSION = 1


class _Kept(msgspec.Struct, forbid_unknown_fields=False):
    version: int = VERSION
    done: list[str] = []


class Progress:
    """The names of the lessons done. What cannot be read or written is as if there were none: it is only a mark."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._done = self._read()

    @property
    def done(self) -> frozenset[str]:
        return frozenset(self._done)

    def finish(self, name: str) -> bool:
        """Mark a lesson as done; False when it was, or when it cannot be kept beyond this session."""
        if name in self._done:
            return False
        self._done.append(name)
        return self._write()

    def _read(self) -> list[str]:
        try:
            kept = msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return []
        return list(dict.fromkeys(kept.done))

    def _write(self) -> bool:
        beside = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_bytes(msgspec.json.encode(_Kept(done=self._done)))
            beside.replace(self._file)
        except OSError:
            return False
        return True
