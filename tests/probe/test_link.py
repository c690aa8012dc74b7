"""Does the embedded link behave as a link over a pipe does?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope.probe import messages
from framescope.probe.host import Host
from framescope.probe.link import EmbeddedLink, LinkLostError, RefusedError, ignore_loss
from framescope.probe.messages import Asked, ConnectOptions, Done, Refused
from helpers.loops import in_loop


class EchoHost(Host):
    """Keeps what it was asked, and answers with what it was given."""

    def __init__(self, folder: Path, answer: Done | Refused) -> None:
        super().__init__(folder)
        self.asked: list[Asked] = []
        self.answer = answer
        self.ends = 0

    async def obey(self, asked: Asked) -> Done | Refused:
        self.asked.append(asked)
        return self.answer

    async def shut_down(self) -> None:
        self.ends += 1
        await super().shut_down()


@in_loop
async def test_commands_pass_as_on_a_pipe(tmp_path: Path) -> None:
    host = EchoHost(tmp_path / "c", Done(0, connection=3))
    link = EmbeddedLink(host)
    command = messages.Connect(ConnectOptions(url="ws://x", headers=[("A", "b")]))
    assert (await link.ask(command)).connection == 3
    assert host.asked == [Asked(0, command)]
    assert host.asked[0].command is not command  # it was written and read
    assert link.hello.capture == str(tmp_path / "c")
    link.on_lost("nobody listens")
    assert link.on_lost is ignore_loss
    await link.close()


@in_loop
async def test_a_refusal_is_raised(tmp_path: Path) -> None:
    link = EmbeddedLink(EchoHost(tmp_path / "c", Refused(0, "That connection is over.")))
    with pytest.raises(RefusedError, match=r"^That connection is over\.$"):
        await link.ask(messages.Ping(1))
    await link.close()


@in_loop
async def test_closing_shuts_the_host_down_once_and_ends_asking(tmp_path: Path) -> None:
    host = EchoHost(tmp_path / "c", Done(0))
    link = EmbeddedLink(host)
    await link.close()
    await link.close()
    assert host.ends == 1
    with pytest.raises(LinkLostError):
        await link.ask(messages.StartDemo())
    assert host.asked == []
