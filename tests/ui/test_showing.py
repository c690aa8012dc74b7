"""Do all views show the connection that is chosen, from its first record on?"""

from __future__ import annotations

from framescope.capture.details import ConnectionInfo
from framescope.probe.messages import ConnectOptions
from helpers.window_bench import BROKEN, WindowBench


def test_a_connection_is_shown_as_soon_as_its_first_record_was_read(bench: WindowBench) -> None:
    bench.operator.connecting.emit(1, ConnectOptions(url="ws://x/"))
    bench.tick()
    assert bench.desk.trace is None and not bench.window.is_at_first_start
    bench.capture.open_connection(ConnectionInfo("ws://127.0.0.1:7/a", "client", {}), bench.clock.ns)
    bench.tick()
    assert bench.desk.trace is not None and bench.desk.trace.number == 1
    assert bench.window.windowTitle() == "Framescope – 127.0.0.1:7"


def test_choosing_shows_rows_title_and_end_of_the_other(bench: WindowBench) -> None:
    first = bench.open()
    bench.frame(first, b"of the first")
    bench.end(first, BROKEN)
    bench.open()
    assert bench.window.banner.isHidden()
    rows = bench.window.table.model().rowCount()
    bench.window.head.connection_chosen.emit(first)
    assert bench.window.banner.isVisible()  # at once
    assert bench.window.table.model().rowCount() > rows


def test_choosing_leaves_the_focus_alone(bench: WindowBench) -> None:
    bench.end(bench.open())
    bench.open()
    bench.window.head.selector.setFocus()
    bench.window.head.connection_chosen.emit(1)
    assert bench.window.focusWidget() is bench.window.head.selector


def test_the_status_bar_is_about_the_connection_that_is_shown(bench: WindowBench) -> None:
    first = bench.open()
    for _ in range(3):
        bench.frame(first, b"x")
    bench.end(first)
    bench.open()
    assert "1 frame" not in bench.window.status.recording.text
    bench.window.head.connection_chosen.emit(first)
    bench.tick()
    assert "3 frames kept" in bench.window.status.recording.text
