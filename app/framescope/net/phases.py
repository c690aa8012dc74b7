"""How far has connecting come? Each step is told as it begins, is done, or fails with a sentence for people."""

from __future__ import annotations

from framescope.net.clock import Clock
from framescope.net.connect_errors import Words, place, words
from framescope.net.proxies import Proxy
from framescope.net.proxy_errors import proxy_words
from framescope.net.tap import PhaseReport, Tap


class Phases:
    """The steps of one connection: dns, tcp, proxy, tls, upgrade."""

    def __init__(self, tap: Tap, clock: Clock) -> None:
        self._tap = tap
        self._clock = clock
        self.current = ""  #: the step under way, "" for none
        self.host = ""
        self.port = 0
        self.proxy: Proxy | None = None  #: with which the current step is about; it has not let us through yet
        self.words: Words | None = None  #: why connecting failed, and what the person can do

    def began(self, phase: str, text: str = "") -> None:
        self.current = phase
        self._tell(PhaseReport(phase, "began", text))

    def done(
        self, now_ns: int | None = None, *, text: str = "", peer: str = "", tls_version: str = "", tls_cipher: str = ""
    ) -> None:
        """The current step is done, with what it found; at `now_ns` where other news bear that time."""
        phase, self.current = self.current, ""
        if phase:
            self._tell(PhaseReport(phase, "done", text, peer, tls_version, tls_cipher), now_ns)

    def failed(self, error: BaseException, timeout: float | None, now_ns: int | None = None) -> None:
        """The opening handshake failed, in the current step if there is one. `timeout`: open_timeout (s)."""
        phase, self.current = self.current, ""
        if self.proxy is None:
            self.words = words(error, host=self.host, port=self.port, phase=phase, timeout=timeout)
        else:
            target = place(self.host, self.port)
            self.words = proxy_words(error, proxy=self.proxy, target=target, phase=phase, timeout=timeout)
        if phase:
            self._tell(PhaseReport(phase, "failed", self.words.text, advice=self.words.advice), now_ns)

    def _tell(self, report: PhaseReport, now_ns: int | None = None) -> None:
        self._tap.phase(report, self._clock.monotonic_ns() if now_ns is None else now_ns)
        self._tap.flush()
