"""With which options does a connection open? One struct for command line, link and window."""

from __future__ import annotations

import msgspec


class ConnectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a person can say about a connection before it opens. Seconds; None as the knobs' None."""

    url: str
    headers: list[tuple[str, str]] = []
    cookies: list[tuple[str, str]] = []
    subprotocols: list[str] = []
    origin: str | None = None
    ca_file: str | None = None
    is_verified: bool = True  #: False: no certificate check, for this connection only
    compression: str | None = "deflate"
    open_timeout: float | None = 10.0
    ping_interval: float | None = 20.0
    ping_timeout: float | None = 20.0
    close_timeout: float | None = 10.0
