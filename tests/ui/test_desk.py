"""To which connection does each act of the person go, and what does the window say of it?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from framescope.analysis.diagnosis.verdict import Try
from framescope.engine.settings import KNOBS
from framescope.engine.state import State
from framescope.probe.messages import ConnectOptions
from helpers.window_bench import BROKEN, WindowBench

LEFT = Qt.MouseButton.LeftButton
URL = "ws://127.0.0.1:9001/feed"


def turn(bench: WindowBench, name: str, value: float | None) -> None:
    bench.window.knobs.knobs[name].turn_to(value)


def test_connect_takes_the_knobs_along(bench: WindowBench) -> None:
    turn(bench, "ping_interval", None)
    bench.desk.connect_to(URL)
    assert bench.operator.taken() == [("connect", ConnectOptions(url=URL, ping_interval=None))]


def test_an_address_that_is_none_asks_for_nothing(bench: WindowBench) -> None:
    bench.desk.connect_to("http://x")
    assert bench.operator.taken() == []
    assert "Not a WebSocket address" in bench.window.bar.address.refusal


def test_there_is_one_connection_at_a_time(bench: WindowBench, qtbot: Any) -> None:
    def try_all() -> None:
        bench.desk.connect_to(URL)
        bench.desk.open_connection(ConnectOptions(url=URL))
        bench.desk.reconnect()
        bench.desk.start_demo()

    bench.desk.connect_to(URL)
    try_all()  # while the answer is on its way
    assert len(bench.operator.taken()) == 1
    number = bench.begin()
    assert bench.window.bar.action.text() == "Cancel"
    try_all()  # before the first record
    bench.tick()
    try_all()
    bench.end(number)
    assert bench.operator.taken() == []
    bench.desk.reconnect()
    assert [asked[0] for asked in bench.operator.taken()] == ["connect"]


def test_after_the_end_connect_makes_another_in_the_same_capture(bench: WindowBench) -> None:
    first = bench.open()
    assert bench.window.head.selector.isHidden()
    bench.end(first)
    second = bench.open()
    assert (first, second) == (1, 2)
    assert not bench.window.head.selector.isHidden()
    assert bench.window.head.selector.currentData() == 2
    assert bench.desk.trace is not None and bench.desk.trace.number == 2


def test_every_act_goes_to_the_running_connection(bench: WindowBench) -> None:
    bench.end(bench.open())
    number = bench.open()
    composer = bench.window.composer
    composer.send_asked.emit(1, b"hello")
    composer.ping_asked.emit(None)
    bench.desk.send_ping()
    turn(bench, "ping_timeout", 1.0)
    composer.close_asked.emit(1001, "bye")
    assert bench.operator.taken() == [
        ("send", number, 1, b"hello"),
        ("ping", number, None),
        ("ping", number, None),
        ("turn", number, "ping_timeout", 1.0),
        ("close", number, 1001, "bye"),
    ]


def test_an_older_connection_is_only_looked_at(bench: WindowBench) -> None:
    first = bench.open()
    bench.end(first, BROKEN)
    second = bench.open()
    bench.window.head.connection_chosen.emit(first)
    bench.tick()
    assert bench.desk.trace is not None and bench.desk.trace.number == first
    assert bench.window.detail.diagnosis.headline.headline.text() == f"{BROKEN.exception}: {BROKEN.sentence}"
    assert bench.window.bar.action.text() == "Close"  # of the one that runs
    turn(bench, "ping_interval", 5.0)
    bench.window.bar.close_asked.emit()
    assert bench.operator.taken() == [("turn", second, "ping_interval", 5.0), ("close", second, 1000, "")]


def test_the_end_of_the_running_one_is_told_while_another_is_shown(bench: WindowBench) -> None:
    bench.end(bench.open())
    second = bench.open()
    bench.window.head.connection_chosen.emit(1)
    bench.tick()
    bench.end(second, BROKEN)
    assert bench.window.toast.text.startswith("Connection 2: ConnectionClosedError: no close frame")
    assert bench.window.bar.action.text() == "Connect"
    bench.window.toast._act()
    assert bench.desk.trace is not None and bench.desk.trace.number == second


def test_a_knob_turned_while_connecting_reaches_the_connection(bench: WindowBench) -> None:
    bench.desk.connect_to(URL)
    bench.operator.taken()
    turn(bench, "ping_interval", 5.0)
    assert bench.operator.taken() == []
    number = bench.begin()  # asked for with 20 s
    assert bench.operator.taken() == [("turn", number, "ping_interval", 5.0)]
    assert bench.window.toast.text == "ping_interval is 5 s, from the last ping on"


def test_knobs_turned_while_nothing_runs_wait_for_the_next_connection(bench: WindowBench) -> None:
    bench.end(bench.open())
    turn(bench, "close_timeout", 1.0)
    assert bench.window.toast.text == "close_timeout is 1 s: for the next connection"
    bench.desk.reconnect()
    ((_, options),) = bench.operator.taken()
    assert options.close_timeout == 1.0
    bench.begin(close_timeout=1.0)
    assert bench.operator.taken() == []  # it has them already


def test_reconnect_means_the_connection_that_is_shown(bench: WindowBench) -> None:
    for url in ("ws://127.0.0.1:1/", "ws://127.0.0.1:2/"):
        bench.end(bench.begin(url=url))
    bench.window.head.connection_chosen.emit(1)
    bench.tick()
    bench.window.banner.reconnect.click()
    ((_, options),) = bench.operator.taken()
    assert options.url == "ws://127.0.0.1:1/"


def test_a_reconnect_checks_the_certificate_again(bench: WindowBench) -> None:
    bench.end(bench.begin(url="wss://127.0.0.1:1/", is_verified=False))
    bench.desk.reconnect()
    ((_, options),) = bench.operator.taken()
    assert options.is_verified  # "off" is said for one connection


def test_reconnect_can_be_pressed_only_while_it_has_an_effect(bench: WindowBench) -> None:
    reconnect = bench.window.banner.reconnect
    bench.end(bench.open())
    reconnect.click()
    assert not reconnect.isEnabled()  # the answer is on its way
    bench.operator.refused.emit("no")
    assert reconnect.isEnabled()
    reconnect.click()
    bench.begin()
    bench.window.head.connection_chosen.emit(1)  # before anything was read of the second
    assert bench.window.banner.isVisible() and not reconnect.isEnabled()
    bench.end(2)
    assert reconnect.isEnabled()


def test_connect_is_offered_once_the_last_record_was_read(bench: WindowBench) -> None:
    number = bench.open()
    bench.capture.state(number, State.CLOSED, bench.clock.ns)
    bench.tick()
    assert (bench.window.bar.action.text(), bench.window.bar.action.isEnabled()) == ("Closing", False)
    bench.end(number)
    assert (bench.window.bar.action.text(), bench.window.bar.action.isEnabled()) == ("Connect", True)


def test_a_clean_end_is_a_banner(bench: WindowBench) -> None:
    bench.end(bench.open())
    banner = bench.window.banner
    text = "ConnectionClosedOK: received 1000 (OK); then sent 1000 (OK)"
    assert banner.isVisible() and banner.headline.text() == text
    assert banner.reconnect.isEnabled()
    assert not bench.window.detail.diagnosis.isVisible()
    banner.hide()  # dismissed: it does not come back
    bench.tick()
    assert banner.isHidden()


def test_any_other_end_is_diagnosed(bench: WindowBench) -> None:
    bench.end(bench.open(), BROKEN)
    page = bench.window.detail.diagnosis
    assert page.isVisible() and bench.window.banner.isHidden()
    assert page.headline.headline.text() == "ConnectionClosedError: no close frame received or sent"


def test_a_try_connects_once_more_with_the_knob(bench: WindowBench) -> None:
    bench.end(bench.open(), BROKEN)
    bench.window.detail.knob_asked.emit("ping_timeout", 45.0)
    ((asked, options),) = bench.operator.taken()
    assert (asked, options.url, options.ping_timeout) == ("connect", URL, 45.0)
    assert bench.window.knobs.knobs["ping_timeout"].seconds == 45.0


def test_a_try_turns_the_knob_of_the_connection_that_runs(bench: WindowBench) -> None:
    bench.end(bench.open(), BROKEN)
    second = bench.open()
    bench.window.head.connection_chosen.emit(1)
    bench.window.detail.knob_asked.emit("ping_timeout", 45.0)
    assert bench.operator.taken() == [("turn", second, "ping_timeout", 45.0)]


def effect(bench: WindowBench) -> str:
    """What the caption beside a suggestion says."""
    tries = bench.window.detail.diagnosis.tries
    tries.show_tries((Try("Raise ping_timeout to 45 s", knob="ping_timeout", value=45.0),))
    (button,) = tries.findChildren(QPushButton, options=Qt.FindChildOption.FindChildrenRecursively)[-1:]
    return button.accessibleDescription()


def test_the_caption_says_to_which_connection_a_try_will_go(bench: WindowBench) -> None:
    bench.end(bench.open(), BROKEN)
    assert effect(bench) == "reconnects to 127.0.0.1:9001"
    bench.desk.connect_to("ws://b.test/")
    bench.tick()
    assert effect(bench) == "for the connection that begins"
    second = bench.begin(url="ws://b.test/")
    bench.window.head.connection_chosen.emit(1)
    bench.tick()
    assert effect(bench) == "applies to connection 2, now CONNECTING"
    bench.capture.state(second, State.OPEN, bench.clock.ns)
    bench.tick()
    assert effect(bench) == "applies to connection 2, now OPEN"
    bench.end(second, BROKEN)
    bench.tick()
    assert effect(bench) == "reconnects to 127.0.0.1:9001"  # the one that is shown
    bench.operator.lost.emit("the probe was killed")
    assert effect(bench) == "reconnects to 127.0.0.1:9001"


def test_a_refusal_is_a_toast_and_frees_the_button(bench: WindowBench) -> None:
    bench.desk.connect_to(URL)
    assert not bench.window.bar.action.isEnabled()
    bench.operator.refused.emit("There is no certificate in x: choose a PEM file.")
    assert bench.window.bar.action.isEnabled()
    assert bench.window.toast.text.startswith("There is no certificate")
    bench.desk.connect_to(URL)
    assert len(bench.operator.taken()) == 2


def test_the_demo_takes_the_knobs_along_and_hints_once(bench: WindowBench, qtbot: Any) -> None:
    turn(bench, "ping_interval", 5.0)
    qtbot.mouseClick(bench.window.first_start.demo, LEFT)
    assert bench.operator.taken() == [("demo", ConnectOptions(url="", ping_interval=5.0))]
    assert not bench.window.bar.action.isEnabled()
    bench.open(ping_interval=5.0)
    bench.window.toast.hide()
    bench.tick(19.0)
    assert bench.window.toast.isHidden()
    bench.tick(1.0)
    assert "ping_timeout to 1 s" in bench.window.toast.text and not bench.window.toast.isHidden()
    bench.window.toast.hide()
    bench.tick(30.0)
    assert bench.window.toast.isHidden()


def test_who_has_found_the_knob_needs_no_hint(bench: WindowBench) -> None:
    bench.desk.start_demo()
    bench.open()
    turn(bench, "ping_timeout", 1.0)
    bench.window.toast.hide()
    bench.tick(30.0)
    assert bench.window.toast.isHidden()


def test_a_lost_probe_keeps_what_was_captured_and_offers_another(bench: WindowBench) -> None:
    number = bench.open()
    bench.frame(number, b"the last one")
    bench.capture.flush()
    bench.operator.lost.emit("the probe was killed")
    window = bench.window
    assert window.banner.headline.text() == "The probe has ended"
    assert "The probe was killed." in window.banner.sentence.text()
    assert window.bar.action.text() == "Connect" and not window.bar.pill.isHidden()
    assert bench.desk.trace is not None and window.table.model().rowCount() == len(bench.desk.trace.rows) == 2
    turn(bench, "ping_interval", 5.0)
    assert bench.operator.taken() == []
    window.banner.reconnect.click()
    ((_, options),) = bench.operator.taken()
    assert (options.url, options.ping_interval) == (URL, 5.0)
    bench.start_probe()
    assert bench.desk.trace is None and window.table.model().rowCount() == 0
    assert bench.open() == 1
    assert window.banner.isHidden() and bench.desk.trace is not None


def test_a_probe_that_is_lost_before_the_first_record_can_be_replaced(bench: WindowBench) -> None:
    bench.operator.connecting.emit(1, ConnectOptions(url=URL))
    bench.operator.lost.emit("the probe was killed")
    assert bench.window.banner.isVisible()
    bench.desk.reconnect()
    assert len(bench.operator.taken()) == 1


def test_a_probe_that_is_lost_after_the_end_leaves_the_sentence(bench: WindowBench) -> None:
    bench.end(bench.open(), BROKEN)
    bench.operator.lost.emit("the probe was killed")
    assert bench.window.detail.diagnosis.headline.headline.text().startswith("ConnectionClosedError")
    assert bench.window.banner.isHidden()
    assert bench.window.toast.text.startswith("The probe has ended. The probe was killed.")


def test_a_reconnect_that_is_refused_can_be_tried_again(bench: WindowBench) -> None:
    bench.open()
    bench.operator.lost.emit("the probe was killed")
    bench.desk.reconnect()
    bench.start_probe()
    bench.operator.refused.emit("no")
    bench.desk.reconnect()
    assert [asked[1].url for asked in bench.operator.taken()] == [URL, URL]


def test_the_bar_follows_the_state(bench: WindowBench) -> None:
    number = bench.open()
    assert bench.window.bar.action.text() == "Close"
    bench.capture.state(number, State.CLOSING, bench.clock.ns)
    bench.tick()
    assert bench.window.bar.action.text() == "Closing"
    edit = bench.window.bar.address.findChild(QLineEdit)
    assert edit is not None and edit.text() == URL


def test_one_selection_in_every_view(bench: WindowBench) -> None:
    number = bench.open()
    for text in (b"one", b"two"):
        bench.frame(number, text)
    bench.tick()
    assert bench.desk.trace is not None
    row = len(bench.desk.trace.rows) - 2
    bench.window.timeline.row_selected.emit(row)
    assert bench.window.table.selected_row == row
    assert bench.window.detail.isVisible()
    bench.window.detail.step_asked.emit(1)
    assert bench.window.table.selected_row == row + 1
    bench.window.detail.step_asked.emit(1)
    assert bench.window.table.selected_row == row + 1


def test_all_defaults_are_the_tables(bench: WindowBench) -> None:
    assert bench.desk.knobs.values == {knob.name: knob.default for knob in KNOBS}
