"""How does a SOCKS proxy connect us? `python-socks` speaks with it, on a socket that is connected already."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from framescope.engine.errors import ProxyError
from framescope.engine.settings import LARGEST
from framescope.net.proxies import Proxy


class _Connected:
    """Stands where python-socks would go through another proxy first: TCP is there."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def connect(self, *_: object, **__: object) -> socket.socket:
        return self._sock


async def ask_socks(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Ask the proxy at the other end of `sock` for a way to `host` and `port`. Raises OSError, ProxyError."""
    if proxy.scheme.startswith("socks4") and ":" in host:
        raise ProxyError("failed to connect to SOCKS proxy: SOCKS4 has no IPv6 addresses")
    # 15 ms, and only where there is such a proxy
    from python_socks import ProxyType
    from python_socks.async_.asyncio import Proxy as Socks

    connected: Any = _Connected(sock)
    socks = Socks(
        ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5,
        proxy.host,
        proxy.port,
        proxy.username,
        proxy.password,
        rdns=True,  # who looks names up is decided already: it is told what it is given
        forward=connected,
        loop=asyncio.get_running_loop(),
    )
    try:
        # The library would put 60 s for no limit; ours is open_timeout, which cancels this.
        await socks.connect(host, port, timeout=LARGEST)
    except OSError:
        raise
    except Exception as error:
        raise ProxyError(f"failed to connect to SOCKS proxy: {error}") from error
