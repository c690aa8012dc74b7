"""How does a test start, stop and kill a peer, and learn what it sent and got? One child process each, by its pid."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from helpers.source import PROJECT, TESTS

Pair = tuple[bool, bytes]  # is it text, and what it says


class PeerProcess:
    """A server, or a client of ours, in a child process; `with` ends it."""

    def __init__(
        self, folder: Path, kind: str, *, module: str = "peers", prefix: Sequence[str] = (), **options: Any
    ) -> None:
        """Start it. `module` of the helpers knows the kind; `prefix` is a command that runs it somewhere else."""
        self._report = folder / f"report of {kind} {len(list(folder.glob('report*')))}.jsonl"
        self._report.touch()
        self._facts: list[dict[str, Any]] = []
        self._position = 0  # in the report: what lies before it has been read
        command = [*prefix, sys.executable, "-m", f"helpers.{module}", kind, json.dumps(options), str(self._report)]
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(TESTS)}, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._scheme = "wss" if "certificate" in options else "ws"
        self._host = options.get("host", "localhost" if "certificate" in options else "127.0.0.1")
        self.port = int(self._process.stdout.readline() or b"0")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def url(self, path: str = "/") -> str:
        return f"{self._scheme}://{self._host}:{self.port}{path}"

    def pause(self) -> None:
        """Stop the process: its sockets stay open, and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """Send SIGTERM, as a service manager does."""
        self._process.terminate()

    def kill(self) -> None:
        """End it as `kill -9` does: the kernel closes its sockets."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def facts(self, what: str) -> list[dict[str, Any]]:
        """Return what the peer has reported so far under a name."""
        with self._report.open("rb") as file:
            file.seek(self._position)
            whole, end, _ = file.read().rpartition(b"\n")
        self._position += len(whole + end)
        self._facts += map(json.loads, whole.splitlines())
        return [fact for fact in self._facts if fact["what"] == what]

    def messages(self, what: str) -> list[Pair]:
        """Return the messages that it "sent" or "got"."""
        return [(fact["is_text"], base64.b64decode(fact["data"])) for fact in self.facts(what)]
