"""How does a test go through a proxy that fails, and see that nothing told has the password in it?"""

from __future__ import annotations

import base64
import traceback

import pytest

from framescope.engine.settings import Timeouts
from framescope.net.opener import open_client
from framescope.net.proxies import parse_proxy
from framescope.net.route import Route
from helpers.raw_peers import watch

MARKER = "hunter2marker"  #: the password; the user is "user"
TARGET = "ws://server.example:8080/"


async def failing(
    kind: type[Exception], proxy: str, *, route: Route | None = None, timeout: float = 5.0, url: str = TARGET
) -> tuple[Exception, str, str]:
    """Fail as `kind` says; return the exception, the sentence for people and the advice."""
    client = watch(url, Timeouts(open_timeout=timeout))
    with pytest.raises(kind) as raised:
        await open_client(client.driver, client.address, route or Route(), proxy=parse_proxy(proxy))
    await client.driver.ended
    last = client.tap.phases[-1]
    assert last.change == "failed"
    everything = "".join(traceback.format_exception(raised.value)) + repr(client.tap.told) + repr(client.heard)
    assert MARKER not in everything
    assert base64.b64encode(f"user:{MARKER}".encode()).decode() not in everything
    return raised.value, last.text, last.advice
