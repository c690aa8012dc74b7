"""What does the desktop application do from its first to its last moment? The root coroutine and its arguments."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import framescope
from framescope import crash_log
from framescope.capture.folder import new_capture_folder
from framescope.engine.settings import BadKnob, parse_duration
from framescope.places import captures_folder, crash_log_file, lessons_folder, progress_file
from framescope.probe.link import Link, LinkLostError
from framescope.tasks import Tasks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from framescope.ui.application import Application, LabParts
    from framescope.ui.theme import Look

DEMONSTRATION_SECONDS = 20.0
_EPILOG = """commands that need no window (each has its own --help):
  connect URL     print every frame of a connection, one line each
  serve           an echo server, or the demo feed
  frames FOLDER   print a capture
  why FOLDER      say why the connections of a capture ended
  whatif FOLDER   replay a capture's pings with other keepalive settings
  lesson          list, play or check the lessons of the lab
  probe FOLDER    the process that the window runs"""


class NoPlaceError(OSError):
    """There is no folder that a capture could be kept in."""


def main(arguments: list[str]) -> int:
    """Open the window; without a display, show the demo to a picture instead."""
    chosen = _parser().parse_args(arguments)
    if chosen.version:
        sys.stdout.write(f"framescope {framescope.__version__}\n")
        return 0
    if chosen.address is not None and _is_capture(Path(chosen.address)):
        sys.stderr.write(f"framescope: {chosen.address} is a capture; to read it: framescope why, or frames\n")
        return 2
    has_display = _has_display()
    if not has_display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        sys.stdout.write("There is no display: running offscreen. The window goes into a picture.\n")
        if chosen.seconds is None:
            chosen.seconds = DEMONSTRATION_SECONDS
        if chosen.screenshot is None:
            chosen.screenshot = Path("framescope.png")
        if chosen.address is None:
            chosen.demo = True
    # Until the loop has its own handlers: a KeyboardInterrupt amid Qt's callbacks would crash.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from framescope.ui.application import Application

    crash_log.install(crash_log_file())
    application = Application(theme=chosen.theme, new_lab=_new_lab)
    with asyncio.Runner(loop_factory=application.new_event_loop) as runner:
        return runner.run(_run(application, chosen, has_display=has_display))


async def _run(application: Application, chosen: argparse.Namespace, *, has_display: bool) -> int:
    """Start the probe and the window, wait for the end, shut down in order."""
    from framescope.ui.demonstration import Demonstration

    is_saved = True
    tasks = Tasks("window")
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
        loop.add_signal_handler(number, ending.set)
    desk = application.open(lambda: _new_link(is_embedded=chosen.embedded), tasks)
    application.window.closing_asked.connect(ending.set)
    demonstration = Demonstration(application.window, desk)
    try:
        await application.operator.start()
        if chosen.address is not None:
            desk.connect_to(chosen.address)
        elif chosen.demo:
            desk.start_demo()
        if not has_display and chosen.address is None:
            tasks.start(demonstration.turn_a_knob(), "demonstration")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), chosen.seconds)
        if chosen.screenshot is not None:
            is_saved = _save(application, chosen.screenshot)
        if not has_display:
            sys.stdout.write(demonstration.report())
    except NoPlaceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (LinkLostError, OSError) as error:
        sys.stderr.write(f"The probe could not be started: {error}\n")
        return 1
    finally:
        await application.close(tasks)
    return 0 if is_saved else 1


async def _new_link(*, is_embedded: bool) -> Link:
    """Start a probe with a new capture: in a process of its own, or on this loop."""
    try:
        folder = new_capture_folder(captures_folder())
    except OSError as error:
        words = f"Captures cannot be kept in {captures_folder()}: {error.strerror or error}."
        advice = " Name another folder for data: XDG_DATA_HOME=FOLDER" if sys.platform == "linux" else ""
        raise NoPlaceError(words + advice) from error
    if not is_embedded:
        from framescope.ui.application import start_process

        return await start_process(folder)
    from framescope.probe.host import Host
    from framescope.probe.link import EmbeddedLink

    host = Host(folder)
    host.start()
    return EmbeddedLink(host)


def _new_lab(look: Look, parent: QWidget) -> LabParts:
    """Build the lab."""
    from PySide6.QtCore import QTimer

    from framescope.lab.lessons import known_lessons
    from framescope.lab.progress import Progress
    from framescope.ui.application import LabParts
    from framescope.ui.lab.lab_page import LabPage

    lessons, faults = known_lessons(lessons_folder())
    page = LabPage(look, lessons, Progress(progress_file()), captures_folder, parent)
    if faults:
        more = f" ({len(faults) - 1} more: framescope lesson list)" if len(faults) > 1 else ""
        # Once the page is shown.
        QTimer.singleShot(0, page, lambda: page.toast.show_text(f"{faults[0]}{more}", is_fault=True))
    return LabParts(page, page.head, page.open_lesson)


def _save(application: Application, file: Path) -> bool:
    is_saved = application.save_picture(file)
    if is_saved:
        sys.stdout.write(f"The window is in {file}\n")
    else:
        sys.stderr.write(f"The picture could not be written to {file}\n")
    return is_saved


def _is_capture(folder: Path) -> bool:
    try:
        return (folder / "index").is_file()
    except OSError:  # an address may be too long for a name
        return False


def _has_display() -> bool:
    """Tell whether a window can be shown, or somebody chose a platform themselves."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _seconds(text: str) -> float | None:
    try:
        return parse_duration(text)
    except BadKnob as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framescope",
        description="The oscilloscope for WebSocket connections.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("address", nargs="?", help="a ws:// or wss:// address to connect to at once")
    parser.add_argument("--demo", action="store_true", help="start the demo feed at once")
    parser.add_argument("--embedded", action="store_true", help="no probe process: everything on the window's loop")
    parser.add_argument("--theme", choices=("dark", "light", "system"), default="dark")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="end after N seconds")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save the window as a PNG at the end")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    return parser
