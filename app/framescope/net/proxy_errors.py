"""Why did the proxy not let us through, in words for people: what happened, then what to do about it?"""

from __future__ import annotations

import socket
import ssl

from framescope.engine.errors import InvalidProxyMessage, InvalidProxyStatus, ProxyError
from framescope.net.connect_errors import (
    TlsTimeout,
    Words,
    certificate_fault,
    cut,
    is_no_tls,
    lookup_words,
    network_words,
    place,
    ran_out,
    tls_fault,
    words,
)
from framescope.net.proxies import Proxy

_STEPS = {
    "dns": "the lookup of the proxy's name",
    "tcp": "TCP connect to the proxy",
    "proxy": "the proxy's answer",
}


def proxy_words(error: BaseException, *, proxy: Proxy, target: str, phase: str, timeout: float | None) -> Words:
    """Say why the way through `proxy` to `target` failed in `phase`. `timeout`: open_timeout in seconds."""
    where = place(proxy.host, proxy.port)
    if isinstance(error, ProxyError):
        return _refusal(error, proxy, target)
    if isinstance(error, socket.gaierror):
        return Words(lookup_words(error, proxy.host).text, "Check the proxy's address.")
    if isinstance(error, ssl.SSLError):
        return _tls(error, proxy)
    if isinstance(error, TlsTimeout):
        return Words(ran_out(error.limit, "TLS with the proxy"), _silence(where))
    if isinstance(error, TimeoutError) and error.errno is None:
        advice = _silence(where) if phase == "proxy" else f"Nothing answers at the proxy {where}. Check its address."
        return Words(ran_out(timeout, _STEPS.get(phase)), advice)
    if isinstance(error, ConnectionRefusedError):
        return Words(f"Refused: no proxy listens on {where}.", "Start the proxy, or check its address.")
    if isinstance(error, OSError) and not (isinstance(error, ConnectionAbortedError) and error.errno is None):
        return network_words(error, f"the proxy {where}", phase)
    return words(error, host=proxy.host, port=proxy.port, phase=phase, timeout=timeout)


def _silence(where: str) -> str:
    return f"The proxy {where} took the connection and does not answer. Check its kind and port, or raise open_timeout."


def _tls(error: ssl.SSLError, proxy: Proxy) -> Words:
    if isinstance(error, ssl.SSLCertVerificationError):
        why, advice = certificate_fault(error, proxy.host)
        return Words(f"The proxy's certificate is not trusted: {why}.", advice)
    if is_no_tls(error) or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Words(f"The proxy does not speak TLS on port {proxy.port}.", "Write its address with http://.")
    why, advice = tls_fault(error)
    return Words(f"TLS with the proxy failed: {why}.", advice)


def _refusal(error: ProxyError, proxy: Proxy, target: str) -> Words:
    if isinstance(error, InvalidProxyStatus):
        return _status(error.response.status_code, proxy, target)
    cause = error.__cause__
    if not isinstance(error, InvalidProxyMessage):
        return Words(f"The SOCKS proxy did not connect to {target}: {cut(str(cause or error))}.", _socks_advice(cause))
    if isinstance(cause, EOFError):
        return Words("The proxy ended the connection without an answer.", "It may want TLS: https://, or be no proxy.")
    if isinstance(cause, OSError):
        return Words(
            "The proxy dropped the connection without an answer.", "It may want TLS: https://, or be no proxy."
        )
    said = cut(str(cause or error))
    if "speaks TLS" in said:
        return Words(f"The proxy speaks TLS on port {proxy.port}.", "Write its address with https://.")
    return Words(f"The proxy's answer is no HTTP that can be taken: {said}.", "Check the proxy's kind and port.")


def _status(code: int, proxy: Proxy, target: str) -> Words:
    if code == 407 and proxy.username is None:
        return Words(
            "The proxy wants a user name and a password (HTTP 407).",
            f"Put them into its address: {proxy.scheme}://user:password@{place(proxy.host, proxy.port)}.",
        )
    if code == 407:
        return Words("The proxy does not accept the user name and password (HTTP 407).", "Check both.")
    if code == 403:
        return Words(f"The proxy forbids the way to {target} (HTTP 403).", "Ask who runs it, or go without it.")
    if code in (405, 501):
        return Words(f"The proxy makes no tunnels (HTTP {code} to CONNECT).", "It may be a web server: check its port.")
    if code >= 500:
        return Words(f"The proxy could not reach {target} (HTTP {code}).", "Check the address; it is the proxy's view.")
    return Words(f"The proxy refused the way to {target}: HTTP {code}.", "Check the proxy's address and rules.")


def _socks_advice(cause: BaseException | None) -> str:
    code = getattr(cause, "error_code", None)
    if code in (3, 4, 5, 6):
        return "Check the address; it is the proxy's view."
    if code == 2:
        return "Ask who runs the proxy, or go without it."
    if code is None:
        return "Check the proxy's kind, port, user name and password."
    return "The proxy's own log may say more."
