"""What can be done without a window? Connect, serve, print a capture, and be the window's probe."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from pathlib import Path

from framescope.commands.lines_out import NobodyReads
from framescope.engine.settings import KNOBS, BadKnob, format_duration, parse_duration
from framescope.probe.address_text import complete, refusal
from framescope.probe.messages import ConnectOptions
from framescope.probe.option_text import BadOption, read_ca_file, read_cookies, read_headers, read_origin
from framescope.probe.option_text import read_subprotocols as read_names


def main(arguments: list[str]) -> int:
    """Run one sub-command; return its exit code: 0 done, 1 it failed, 2 wrong arguments, 128 + n by signal n."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # an arrow on a terminal that has none
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except BadOption as error:
        print(f"framescope: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except NobodyReads:
        # At its exit Python flushes once more, and would say that the pipe is broken.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _connect(chosen: argparse.Namespace) -> int:
    from framescope.commands.connect import connect

    return asyncio.run(connect(_options(chosen), chosen))


def _serve(chosen: argparse.Namespace) -> int:
    from framescope.commands.serve import serve

    return asyncio.run(serve(chosen))


def _frames(chosen: argparse.Namespace) -> int:
    from framescope.commands.frames import print_capture

    return print_capture(chosen.folder, connection=chosen.connection, is_json=chosen.json)


def _lesson(chosen: argparse.Namespace) -> int:
    from framescope.commands import lesson

    if chosen.act == "list":
        return lesson.list_lessons(is_json=chosen.json)
    if chosen.act == "check":
        return lesson.check_lesson(chosen.file)
    return lesson.run_lesson(
        chosen.name, is_instant=chosen.instant, is_json=chosen.json, seed=chosen.seed, record=chosen.record
    )


def _probe(chosen: argparse.Namespace) -> int:
    from framescope.probe.process import run_probe

    return run_probe(chosen.folder)


def _options(chosen: argparse.Namespace) -> ConnectOptions:
    url = complete(chosen.url)
    wrong = refusal(url)
    if wrong:
        raise BadOption("url", wrong)
    return ConnectOptions(
        url=url,
        headers=read_headers("\n".join(_one_line("headers", chosen.header))),
        cookies=read_cookies("\n".join(_one_line("cookies", chosen.cookie))),
        subprotocols=read_names(chosen.subprotocols),
        origin=read_origin(chosen.origin),
        ca_file=read_ca_file(chosen.ca_file),
        is_verified=not chosen.insecure,
        compression=None if chosen.no_compression else "deflate",
        **{knob.name: getattr(chosen, knob.name) for knob in KNOBS},
    )


def _one_line(field: str, values: list[str]) -> list[str]:
    for value in values:
        if "\n" in value or "\r" in value:
            raise BadOption(field, "A line break cannot stand in a header; it would begin another one.")
    return values


def _seconds(text: str) -> float | None:
    try:
        return parse_duration(text)
    except BadKnob as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"“{text}” is no port: 0 to 65535")
    return int(text)


def _add_knobs(parser: argparse.ArgumentParser) -> None:
    for knob in KNOBS:
        parser.add_argument(
            "--" + knob.name.replace("_", "-"),
            type=_seconds,
            default=knob.default,
            metavar="S",
            help=f"{knob.idle}: 1.5, 200ms, 2m or none (default {format_duration(knob.default)} s; none {knob.none})",
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="framescope", description="The oscilloscope for WebSocket connections.")
    commands = parser.add_subparsers(required=True, metavar="command")
    connect = commands.add_parser("connect", help="print every frame of a connection, one line each")
    connect.set_defaults(run=_connect)
    connect.add_argument("url", help="a ws:// or wss:// address")
    connect.add_argument("--json", action="store_true", help="JSON lines, one object a frame or event")
    connect.add_argument("--record", type=Path, metavar="FOLDER", help="keep the capture in a new folder")
    connect.add_argument("--send", action="append", default=[], metavar="TEXT", help="send a text message; repeatable")
    connect.add_argument("--seconds", type=float, metavar="N", help="close after N seconds")
    connect.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'")
    connect.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE")
    connect.add_argument("--subprotocols", default="", metavar="A,B")
    connect.add_argument("--origin", default="")
    connect.add_argument("--ca-file", default="", metavar="PEM", help="trust these certificates, too")
    connect.add_argument("--insecure", action="store_true", help="do not check the certificate of this connection")
    connect.add_argument("--no-compression", action="store_true", help="do not offer permessage-deflate")
    _add_knobs(connect)
    serve = commands.add_parser("serve", help="an echo server, or the demo feed")
    serve.set_defaults(run=_serve)
    kind = serve.add_mutually_exclusive_group(required=True)
    kind.add_argument("--echo", action="store_true", help="send every message back")
    kind.add_argument("--demo", action="store_true", help="prices, pings, and a pong that is sometimes slow")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=9001, help="0 for any free one (default 9001)")
    serve.add_argument("--seconds", type=float, metavar="N", help="end after N seconds")
    frames = commands.add_parser("frames", help="print a capture")
    frames.set_defaults(run=_frames)
    frames.add_argument("folder", type=Path)
    frames.add_argument("--connection", type=int, metavar="N", help="this one only")
    frames.add_argument("--json", action="store_true", help="JSON lines")
    _add_lesson(commands.add_parser("lesson", help="list, play or check the lessons of the lab"))
    probe = commands.add_parser("probe", help="record what is asked for on stdin; the window runs this")
    probe.set_defaults(run=_probe)
    probe.add_argument("folder", type=Path, help="where the capture goes")
    return parser


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_lesson)
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    listing = acts.add_parser("list", help="every lesson, one line each")
    listing.add_argument("--json", action="store_true", help="JSON lines")
    run = acts.add_parser("run", help="play a lesson: what each end and the network see, and the answer")
    run.add_argument("name", help="a lesson's name or number, or a .toml file")
    run.add_argument("--instant", action="store_true", help="at once, not as long as it takes")
    run.add_argument("--json", action="store_true", help="JSON lines")
    run.add_argument("--seed", type=int, default=1, metavar="N", help="for the network's chance (default 1)")
    run.add_argument("--record", type=Path, metavar="FOLDER", help="keep the capture in a new folder")
    check = acts.add_parser("check", help="try a lesson that you wrote")
    check.add_argument("file", type=Path, help="a .toml file")
