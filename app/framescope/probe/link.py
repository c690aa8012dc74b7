"""How does one ask a probe? Commands go out typed, answers come back; the carrier does not matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from framescope.probe.messages import Answer, Asked, Command, Done, Hello, Refused

if TYPE_CHECKING:
    from framescope.probe.host import Host

_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
encoder = msgspec.json.Encoder()
asked_decoder = msgspec.json.Decoder(Asked)


class RefusedError(Exception):
    """The probe did not do what was asked; the text is for the person."""


class LinkLostError(Exception):
    """The probe is gone: nothing can be asked any more. The capture is kept."""


class Link(Protocol):
    """One probe, whichever way it is reached."""

    hello: Hello
    on_lost: Callable[[str], None]  #: called once when the probe is gone unasked, with the reason

    async def ask(self, command: Command) -> Done:
        """Have a command carried out. Raises `RefusedError` or `LinkLostError`."""

    async def close(self) -> None:
        """Shut the probe down in order: close frames go out, the capture is whole."""


def answer_in(line: bytes) -> Answer:
    """Read one line of a probe."""
    return _decoder.decode(line)


def ignore_loss(reason: str) -> None:
    """Stand in where nobody waits for a loss."""


class EmbeddedLink:
    """The host in this process, on this loop: for teaching, debugging, tests, and where no child is wanted."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.hello = host.hello()
        self.on_lost: Callable[[str], None] = ignore_loss
        self._is_closed = False

    async def ask(self, command: Command) -> Done:
        if self._is_closed:
            raise LinkLostError("the probe is shut down")
        # Encoded and decoded as on a pipe: what passes here passes there.
        asked = asked_decoder.decode(encoder.encode(Asked(0, command)))
        answer = await self._host.obey(asked)
        if isinstance(answer, Refused):
            raise RefusedError(answer.text)
        return answer

    async def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            await self._host.shut_down()
