"""How does a connection to a proxy become one to the server? By CONNECT, over TLS where it wants that, or by SOCKS."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from framescope.net.dialogue import read, write
from framescope.net.proxies import ConnectAnswer, Proxy, connect_request
from framescope.net.route import Route
from framescope.net.socks import ask_socks
from framescope.net.streams import PlainStream, Stream
from framescope.net.tls import client_context, start_tls


@dataclass(frozen=True, slots=True)
class Tunnel:
    """What is asked of a proxy. Made before anything is connected, so that what cannot be asked connects nothing."""

    proxy: Proxy
    host: str  #: of the server
    port: int
    request: bytes  #: CONNECT; b"" for SOCKS
    context: ssl.SSLContext | None  #: for TLS with the proxy
    hostname: str  #: of the proxy in TLS
    handshake_limit: float | None  #: seconds for TLS with the proxy

    @classmethod
    def plan(cls, proxy: Proxy, route: Route, host: str, port: int, user_agent: str | None) -> Tunnel:
        """Raises ValueError for a `proxy_ssl` that does not fit, or a header that cannot be sent."""
        return cls(
            proxy,
            host,
            port,
            b"" if proxy.is_socks else connect_request(proxy, host, port, user_agent),
            _context(proxy, route),
            route.proxy_server_hostname or proxy.host,
            route.proxy_ssl_handshake_timeout,
        )

    async def open(self, sock: socket.socket, host: str) -> Stream:
        """Go through the proxy at the other end of `sock`; `host` is the server as the proxy is to know it.

        Raises OSError, ProxyError; the socket stays open.
        """
        stream: Stream = PlainStream(sock)
        if self.proxy.is_socks:
            await ask_socks(sock, self.proxy, host, self.port)
            return stream
        if self.context is not None:
            stream = await start_tls(stream, self.context, server_hostname=self.hostname, limit=self.handshake_limit)
        await self._ask(stream)
        return stream

    async def _ask(self, stream: Stream) -> None:
        answer = ConnectAnswer()
        try:
            await write(stream, self.request)
            while data := await read(stream):
                behind = answer.feed(data)
                if behind is not None:
                    stream.unread(behind)
                    return
        except OSError as error:
            raise answer.end(error) from error
        raise answer.end()


def _context(proxy: Proxy, route: Route) -> ssl.SSLContext | None:
    if proxy.scheme != "https":
        if route.proxy_ssl not in (None, False):
            raise ValueError(f"proxy_ssl argument is incompatible with an {proxy.scheme}:// proxy")
        return None
    if route.proxy_ssl is None:
        raise ValueError("proxy_ssl=None is incompatible with an https:// proxy")
    return client_context() if isinstance(route.proxy_ssl, bool) else route.proxy_ssl
