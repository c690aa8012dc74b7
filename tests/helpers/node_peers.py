"""How do Node's `ws` and undici and a headless Chromium stand at the other end? Each a process, ended by its pid.

`packaging/peer_setup` (run by packaging/test --long) installs what they need; `missing` says what is not there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from framescope.engine.deflate import DeflateOffer
from helpers.source import PROJECT, TESTS

PACKAGES = PROJECT / ".venv" / "node" / "node_modules"
AGENT = TESTS / "helpers" / "node" / "agent.cjs"
STANDARD_AGENT = TESTS / "helpers" / "node" / "standard_agent.js"
#: No sandbox: the user may be root, and the only page is ours. Nothing but loopback is asked for.
CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def missing(peer: str) -> str:
    """Name what `peer` needs and this system has not; "" when it is complete."""
    if peer == "chromium":
        return "" if shutil.which("chromium") else "chromium is not installed"
    if not shutil.which("node"):
        return "node is not installed"
    return "" if (PACKAGES / peer).is_dir() else f"the npm package {peer} is not installed (packaging/peer_setup)"


@contextlib.asynccontextmanager
async def serve_node(deflate: DeflateOffer | None) -> AsyncIterator[int]:
    """Serve with `ws`, which takes what is offered; yield the port."""
    async with _process("node", AGENT, "serve", json.dumps({"deflate": _options(deflate, is_server=True)})) as server:
        assert server.stdout is not None
        yield int(await server.stdout.readline())


async def connect_node(peer: str, port: int, deflate: DeflateOffer | None, folder: Path) -> None:
    """Let `peer` connect until it is told to stop. What undici and Chromium offer nobody can tell them."""
    if peer == "chromium":
        # A browser ends with its last window, and a headless one has none: it is ended here.
        async with _process("chromium", *CHROMIUM, f"--user-data-dir={folder}", f"http://127.0.0.1:{port}/") as browser:
            await browser.wait()
        return
    options = {"url": f"ws://127.0.0.1:{port}/", "deflate": _options(deflate, is_server=False)}
    async with _process("node", AGENT, peer, json.dumps(options)) as client:
        assert await client.wait() == 0


def page() -> str:
    """Return the page that runs the agent in a browser."""
    start = 'connectAgain(WebSocket, `ws://${location.host}/`).then(() => { document.title = "stopped"; });'
    script = f"<script>{STANDARD_AGENT.read_text(encoding='utf-8')}{start}</script>"
    return f"<!DOCTYPE html><meta charset=utf-8><title>running</title>{script}"


def _options(deflate: DeflateOffer | None, *, is_server: bool) -> Any:
    """Say it in `ws`' words. A server takes what is offered."""
    if deflate is None:
        return False
    options: dict[str, Any] = {"threshold": 0}
    if not is_server:
        options["serverNoContextTakeover"] = deflate.server_no_context_takeover
        options["clientNoContextTakeover"] = deflate.client_no_context_takeover
        if deflate.server_max_window_bits:
            options["serverMaxWindowBits"] = deflate.server_max_window_bits
        options["clientMaxWindowBits"] = deflate.client_max_window_bits
    return options


@contextlib.asynccontextmanager
async def _process(program: str, *arguments: object) -> AsyncIterator[Process]:
    """Run a process in a group of its own; end the group with the block."""
    process = await asyncio.create_subprocess_exec(
        program,
        *map(str, arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=None if program == "node" else asyncio.subprocess.DEVNULL,
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    assert process.stdin is not None
    process.stdin.close()
