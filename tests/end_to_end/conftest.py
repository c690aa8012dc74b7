"""The window against real peers: fixtures that start it, with a probe process and embedded, and the peers' TLS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from framescope.probe.host import Host
from framescope.probe.link import EmbeddedLink, Link
from framescope.tasks import Tasks
from framescope.ui.application import Application, start_process
from helpers.scope import Scope

Act = Callable[[Scope], Coroutine[Any, Any, None]]
RunScope = Callable[[Act], None]


class Tls(NamedTuple):
    """PEM files: a certificate of localhost with its key, and the authority that signed it."""

    certificate: Path
    authority: Path


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    files = Tls(folder / "server.pem", folder / "authority.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(files.certificate))
    authority.cert_pem.write_to_path(str(files.authority))
    return files


@pytest.fixture(params=["process", "embedded"])
def link_kind(request: pytest.FixtureRequest) -> str:
    """Both carriers of the link."""
    return str(request.param)


@pytest.fixture
def scope_run(qapp: Any, tmp_path: Path, link_kind: str) -> Iterator[RunScope]:
    """Run a coroutine function with a `Scope`, then shut the window down in order."""
    application = Application()

    async def new_link() -> Link:
        folder = tmp_path / f"capture-{time.monotonic_ns()}"
        folder.mkdir(mode=0o700)
        if link_kind == "process":
            return await start_process(folder)
        host = Host(folder)
        host.start()
        return EmbeddedLink(host)

    async def all_of_it(act: Act) -> None:
        tasks = Tasks("window")
        desk = application.open(new_link, tasks)
        try:
            await application.operator.start()
            await act(Scope(application, desk))
        finally:
            await application.close(tasks)

    def run(act: Act) -> None:
        with asyncio.Runner(loop_factory=application.new_event_loop) as runner:
            runner.run(all_of_it(act))

    yield run
    application.window.deleteLater()
