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


def request_headers(options: ConnectOptions) -> list[tuple[str, str]]:
    """The headers that go beside the handshake's own: the given ones, and the cookies as one line."""
    headers = list(options.headers)
    if options.cookies:
        # RFC 6265 5.4: one Cookie header, pairs joined by "; "
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in options.cookies)))
    return headers


def told(options: ConnectOptions) -> dict[str, str]:
    """The options as a reader of the capture wants them; values of headers and cookies stay in the handshake."""
    lines = {
        "headers": ", ".join(name for name, _ in options.headers),
        "cookies": ", ".join(name for name, _ in options.cookies),
        "subprotocols": ", ".join(options.subprotocols),
        "origin": options.origin or "",
        "CA file": options.ca_file or "",
        "certificate check": "" if options.is_verified else "off, for this connection only",
        "compression": options.compression or "off",
    }
    return {name: text for name, text in lines.items() if text}
