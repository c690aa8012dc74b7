"""Do commands and answers survive the way through JSON, payloads and all?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.probe import messages
from framescope.probe.link import answer_in, asked_decoder, encoder
from framescope.probe.messages import Answer, Asked, Command, ConnectOptions, Done, Hello, Refused

OPTIONS = ConnectOptions(
    url="ws://x/", headers=[("A", "ü")], cookies=[("a", "b")], ping_interval=None, is_verified=False
)


@pytest.mark.parametrize(
    "command",
    [
        messages.Connect(OPTIONS),
        messages.SetKnob(1, "ping_interval", None),
        messages.SetKnob(1, "ping_interval", 0.5),
        messages.Send(2, 2, bytes(range(256))),
        messages.Ping(3),
        messages.Ping(3, b""),
        messages.Close(4, 1001, "über"),
        messages.SetPongPolicy(1, "delay", 0.5),
        messages.PauseReading(1, True),
        messages.StartDemo(),
        messages.Shutdown(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_command_is_one_line_and_comes_back_whole(command: Command) -> None:
    line = encoder.encode(Asked(7, command))
    assert b"\n" not in line
    assert asked_decoder.decode(line) == Asked(7, command)


@pytest.mark.parametrize(
    "answer", [Hello("1", 2, "/capture"), Done(1), Done(1, connection=2, url="ws://x"), Refused(3, "line\nbreak")]
)
def test_an_answer_is_one_line_and_comes_back_whole(answer: Answer) -> None:
    line = encoder.encode(answer)
    assert b"\n" not in line
    assert answer_in(line) == answer


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"number":1,"command":{"type":"Explode"}}', b"\xff", b"1"])
def test_what_is_no_command_is_refused(line: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        asked_decoder.decode(line)
