"""What can be done without a window? Connect, serve, print a capture, and be the window's probe."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from pathlib import Path

from framescope.commands.lines_out import NobodyReads, OutputLost, give_up_stdout
from framescope.engine.settings import KNOBS, LARGEST, SMALLEST, BadKnob, check_knob, format_duration, parse_duration
from framescope.probe.address_text import complete, refusal
from framescope.probe.messages import ConnectOptions
from framescope.probe.option_text import BadOption, read_ca_file, read_cookies, read_headers, read_origin
from framescope.probe.option_text import read_subprotocols as read_names

_LESSON_LINES = """\
With --json, one object a line, each with "version" and "type":
  lesson    name, title, text, question, answers (a list of texts)
  note      time (s), who (client, network or server), kind, text, value (B of a message, s of a round trip, or null)
  answer    question, answer (null where the run does not say), explanation, wrong ({answer, why}), reading
With --real --json:
  compared  who, ours, theirs (empty while it is open), same (true or false)
"""


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
        give_up_stdout()
        return 141
    except OutputLost as error:
        give_up_stdout()
        print(f"framescope: the output cannot be written: {error}", file=sys.stderr)
        return 1


def _connect(chosen: argparse.Namespace) -> int:
    from framescope.commands.connect import connect

    try:
        "".join(chosen.send).encode()
    except UnicodeEncodeError:
        raise BadOption("send", "A text message is UTF-8; the one to send is not.") from None
    return asyncio.run(connect(_options(chosen), chosen))


def _serve(chosen: argparse.Namespace) -> int:
    from framescope.commands.serve import serve

    return asyncio.run(serve(chosen))


def _frames(chosen: argparse.Namespace) -> int:
    from framescope.commands.frames import print_capture

    return print_capture(chosen.folder, connection=chosen.connection, is_json=chosen.json)


def _why(chosen: argparse.Namespace) -> int:
    from framescope.commands.why import print_diagnoses

    return print_diagnoses(chosen.folder, connection=chosen.connection, is_json=chosen.json)


def _whatif(chosen: argparse.Namespace) -> int:
    from framescope.commands.whatif import Asked, print_fates

    asked = Asked(chosen.ping_timeout, chosen.ping_interval)
    return print_fates(chosen.folder, asked, connection=chosen.connection, is_json=chosen.json)


def _lesson(chosen: argparse.Namespace) -> int:
    from framescope.commands import lesson

    if chosen.act == "list":
        return lesson.list_lessons(is_json=chosen.json)
    if chosen.act == "check":
        return lesson.check_lesson(chosen.file)
    if chosen.real and chosen.record is not None:
        raise BadOption("record", "a run with the real library is not recorded")
    if chosen.real:
        return lesson.run_with_the_real_library(chosen.name, is_json=chosen.json, speed=chosen.speed)
    speed = None if chosen.instant else chosen.speed
    return lesson.run_lesson(chosen.name, speed=speed, is_json=chosen.json, seed=chosen.seed, record=chosen.record)


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


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a folder needs a name")
    return Path(text)


def _times(text: str) -> list[float]:
    """Read "5,10,200ms" as seconds: values that a keepalive's knob can take."""
    values = []
    for part in text.split(","):
        value = _seconds(part)
        if value is None:
            raise argparse.ArgumentTypeError("“none” closes nothing: write times, as in 5,10,20")
        try:
            check_knob("ping_timeout", value)
        except BadKnob:
            raise argparse.ArgumentTypeError(f"{part.strip()} is not from {SMALLEST:g} to {LARGEST:g} s") from None
        values.append(value)
    return values


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError(f"“{text}” is no speed: 0.1 to 100")
    return speed


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
    connect.add_argument("--record", type=_folder, metavar="FOLDER", help="keep the capture in a new folder")
    connect.add_argument("--send", action="append", default=[], metavar="TEXT", help="send a text message; repeatable")
    connect.add_argument("--seconds", type=_seconds, metavar="N", help="close after N seconds")
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
    serve.add_argument("--seconds", type=_seconds, metavar="N", help="end after N seconds")
    _add_readers(commands)
    _add_lesson(commands.add_parser("lesson", help="list, play or check the lessons of the lab"))
    probe = commands.add_parser("probe", help="record what is asked for on stdin; the window runs this")
    probe.set_defaults(run=_probe)
    probe.add_argument("folder", type=Path, help="where the capture goes")
    return parser


def _add_readers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that read a capture."""
    frames = commands.add_parser("frames", help="print a capture")
    frames.set_defaults(run=_frames)
    why = commands.add_parser("why", help="say why the connections of a capture ended")
    why.set_defaults(run=_why)
    whatif = commands.add_parser("whatif", help="replay a capture's pings with other keepalive settings")
    whatif.set_defaults(run=_whatif)
    for parser in (frames, why, whatif):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--connection", type=int, metavar="N", help="this one only")
        parser.add_argument("--json", action="store_true", help="JSON lines")
    times = "times with commas between them: 5,10,20,45"
    whatif.add_argument("--ping-timeout", type=_times, required=True, metavar="S,S", help=times)
    whatif.add_argument("--ping-interval", type=_times, default=[], metavar="S,S", help="the recorded one if not given")


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_lesson)
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    listing = acts.add_parser("list", help="every lesson, one line each")
    listing.add_argument("--json", action="store_true", help="JSON lines: number, name, title, minutes")
    run = acts.add_parser(
        "run",
        help="play a lesson: what each end and the network see, and the answer",
        epilog=_LESSON_LINES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("name", help="a lesson's name or number, or a .toml file")
    how = run.add_mutually_exclusive_group()
    how.add_argument("--instant", action="store_true", help="at once, not as long as it takes")
    how.add_argument("--real", action="store_true", help="with the library websockets, in processes of its own")
    run.add_argument("--speed", type=_speed, default=1.0, metavar="N", help="N times as fast (default 1)")
    run.add_argument("--json", action="store_true", help="JSON lines, see below")
    run.add_argument("--seed", type=int, default=1, metavar="N", help="for the network's chance (default 1)")
    run.add_argument(
        "--record", type=_folder, metavar="FOLDER", help="keep the capture in a new folder; not with --real"
    )
    check = acts.add_parser("check", help="try a lesson that you wrote")
    check.add_argument("file", type=Path, help="a .toml file")
