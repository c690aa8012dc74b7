"""Does the command line connect, print, record and print again, with every option that it has?"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.peer_process import PeerProcess
from helpers.window_process import ServeProcess, run_program

Line = dict[str, Any]
FIELDS = {"version": int, "time": float, "direction": str, "opcode": str, "fin": bool, "length": int}
LATE = 2.0  #: s that a busy machine may take; what a knob stands at by itself is ten seconds or more
GREETING = "hello, Welt: äöü 漢 😀"


def lines_of(output: str) -> list[Line]:
    return [json.loads(line) for line in output.splitlines()]


def frames_of(lines: list[Line], opcode: str = "") -> list[Line]:
    return [line for line in lines if line["type"] == "frame" and line["opcode"] in (opcode or line["opcode"])]


@pytest.fixture(params=["framescope", "websockets"])
def echo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a server that sends every message back: ours, and one that none of us wrote."""
    if request.param == "framescope":
        with ServeProcess(tmp_path, "--echo") as server:
            yield server.url
        assert server.exit_code == 0
    else:
        with PeerProcess(tmp_path, "websockets", echo=True, compression="deflate", ping_interval=0.3) as peer:
            yield peer.url()


def test_json_lines_and_the_recording_say_the_same(tmp_path: Path, echo: str) -> None:
    folder = tmp_path / "capture"
    began = time.monotonic()
    options = ["--json", "--send", GREETING, "--send", "", "--seconds", "1", "--ping-interval", "0.3"]
    done = run_program(tmp_path, "connect", echo, *options, "--record", str(folder))
    assert done.returncode == 0, done.stderr
    assert 1.0 <= time.monotonic() - began <= 15.0
    lines = lines_of(done.stdout)
    for line in frames_of(lines):
        assert {name: type(line[name]) for name in FIELDS} == FIELDS
        assert line["version"] == 1
        assert line["direction"] in ("sent", "received")
    times = [line["time"] for line in lines if line["type"] == "event"]
    assert times == sorted(times)
    for direction in ("sent", "received"):
        texts = [line["text"] for line in frames_of(lines, "text") if line["direction"] == direction]
        assert texts == [GREETING, ""]
    pongs = [line for line in frames_of(lines, "pong") if line["direction"] == "received"]
    assert len(pongs) >= 2
    assert all(0 < line["rtt"] < 5 for line in pongs)
    closed = lines[-1]
    assert (closed["type"], closed["code"], closed["by_peer"]) == ("closed", 1000, False)
    assert closed["sentence"] == "sent 1000 (OK); then received 1000 (OK)"

    again = run_program(tmp_path, "frames", str(folder), "--json")
    assert (again.returncode, again.stderr) == (0, "")
    assert lines_of(again.stdout) == lines
    people = run_program(tmp_path, "frames", str(folder))
    assert people.returncode == 0
    assert people.stdout.count(GREETING) == 2
    assert len(people.stdout.splitlines()) >= len(lines)
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


def test_lines_for_people_come_as_recorded(tmp_path: Path, echo: str) -> None:
    folder = tmp_path / "capture"
    done = run_program(tmp_path, "connect", echo, "--send", GREETING, "--seconds", "0.4", "--record", str(folder))
    assert done.returncode == 0, done.stderr
    assert run_program(tmp_path, "frames", str(folder)).stdout == done.stdout
    assert "101 Switching Protocols" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Your own side closed this connection at ")
    # A folder that holds a capture is never written over.
    second = run_program(tmp_path, "connect", echo, "--record", str(folder))
    assert second.returncode == 2
    assert "holds a capture already; choose another folder" in second.stderr


def test_knobs_are_obeyed(tmp_path: Path) -> None:
    with PeerProcess(tmp_path, "websockets", ping_interval=None) as peer:
        none = run_program(tmp_path, "connect", peer.url(), "--json", "--seconds", "1", "--ping-interval", "none")
        assert frames_of(lines_of(none.stdout), "ping") == []
        peer.pause()
        stopped = ["--open-timeout", "0.5"]
        done = run_program(tmp_path, "connect", peer.url(), "--json", *stopped)
        peer.resume()
    assert done.returncode == 1
    closed = lines_of(done.stdout)[-1]
    assert 0.5 <= closed["time"] <= 0.5 + LATE
    assert (closed["code"], closed["ending"]) == (None, "deadline")
    assert closed["sentence"].startswith("Timed out after 0.5 s during the upgrade.")
    assert closed["advice"]


def test_a_silent_peer_ends_in_1011_and_exit_code_1(tmp_path: Path) -> None:
    knobs = ["--ping-interval", "0.4", "--ping-timeout", "0.3", "--close-timeout", "0.2"]
    with PeerProcess(tmp_path, "websockets", ping_interval=None, mute_after=1) as peer:
        done = run_program(tmp_path, "connect", peer.url(), "--json", "--send", "and now be quiet", *knobs)
    assert done.returncode == 1
    lines = lines_of(done.stdout)
    assert lines[-1]["sentence"] == "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    [ping] = [line for line in frames_of(lines, "ping") if "rtt" not in line][-1:]
    [close] = frames_of(lines, "close")
    assert 0.3 <= close["time"] - ping["time"] <= 0.3 + LATE
    assert 0.2 <= lines[-1]["time"] - close["time"] <= 0.2 + LATE


def test_what_is_offered_reaches_the_peer(tmp_path: Path) -> None:
    options = ["--header", "X-Token: a b", "--header", "X-Token: c", "--cookie", "session=1", "--cookie", "theme=dark"]
    options += ["--subprotocols", "chat.v2, chat.v1", "--origin", "https://example.org", "--no-compression"]
    with PeerProcess(tmp_path, "websockets", compression="deflate", subprotocols=["chat.v1"]) as peer:
        done = run_program(tmp_path, "connect", peer.url("/feed?since=1"), *options, "--seconds", "0.2", "--json")
        assert done.returncode == 0, done.stderr
        [opened] = peer.facts("opened")
    headers = [tuple(pair) for pair in opened["headers"]]
    assert opened["path"] == "/feed?since=1"
    assert [value for name, value in headers if name == "X-Token"] == ["a b", "c"]
    assert dict(headers)["Cookie"] == "session=1; theme=dark"
    assert dict(headers)["Origin"] == "https://example.org"
    assert dict(headers)["Sec-WebSocket-Protocol"] == "chat.v2, chat.v1"
    assert "Sec-WebSocket-Extensions" not in dict(headers)
    assert "subprotocol chat.v1" in done.stdout


def test_certificates(tmp_path: Path, tls: Any) -> None:
    with PeerProcess(tmp_path, "websockets", certificate=str(tls.certificate)) as peer:
        for option in (["--ca-file", str(tls.authority)], ["--insecure"]):
            done = run_program(tmp_path, "connect", peer.url(), "--seconds", "0.2", *option)
            assert done.returncode == 0, done.stdout
            assert "TLSv1.3" in done.stdout
        assert run_program(tmp_path, "connect", peer.url(), "--seconds", "2").returncode == 1
