"""Does one capture hold several connections, does the window switch between them, and do its rows say what happened?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames.frame_table_model import COLUMNS, Column
from helpers.peer_process import PeerProcess
from helpers.scope import Scope


def choose(scope: Scope, place: int) -> None:
    """Choose a connection with the selector's keys."""
    selector = scope.window.head.selector
    assert selector.isVisible()
    selector.setFocus()
    while selector.currentIndex() != place:
        QTest.keyClick(selector, Qt.Key.Key_Down if selector.currentIndex() < place else Qt.Key.Key_Up)


def texts(scope: Scope) -> list[str]:
    """The payloads of the text frames in the table."""
    rows = range(scope.window.table.model().rowCount())
    return [cells[Column.PAYLOAD] for row in rows if (cells := scope.cells(row))[Column.OPCODE] == "Text"]


def test_two_connections_in_one_capture(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        head = scope.window.head
        await scope.open(peer.url("/first"))
        scope.send("on the first")
        await scope.until(lambda: scope.rows_of(Opcode.TEXT, sent=False), "the echo")
        folder = scope.folder
        assert not head.selector.isVisible()  # there is nothing to choose
        await scope.close_by_hand(1000, "enough")
        await scope.ended()
        assert scope.banner[0] == "ConnectionClosedOK: sent 1000 (OK) enough; then received 1000 (OK) enough"
        first = scope.trace

        await scope.open(peer.url("/second"))
        scope.send("on the second")
        await scope.until(lambda: scope.rows_of(Opcode.TEXT, sent=False), "the echo")
        assert (scope.trace.number, scope.folder) == (2, folder)
        assert not scope.window.banner.isVisible()
        await scope.until(lambda: head.selector.count() == 2 and head.selector.isVisible(), "the selector")
        await scope.until(lambda: "OPEN" in head.selector.itemText(1), "its words")
        assert head.selector.itemText(0) == f"1 · {peer.url('/first')} · CLOSED 1000"
        assert head.selector.itemText(1) == f"2 · {peer.url('/second')} · OPEN"
        await scope.table_settled()
        assert texts(scope) == ["on the second"] * 2

        second = scope.trace
        choose(scope, 0)
        await scope.until(lambda: scope.desk.trace is first, "the first connection")
        await scope.table_settled()
        assert texts(scope) == ["on the first"] * 2
        assert scope.window.banner.isVisible()
        assert scope.story.state is State.CLOSED
        choose(scope, 1)
        await scope.until(lambda: scope.desk.trace is second, "the second connection")
        await scope.table_settled()
        assert texts(scope) == ["on the second"] * 2
        assert not scope.window.banner.isVisible()
        await scope.until(scope.button(scope.window.composer, "Ping").isEnabled, "the composer")
        scope.send("still there")
        await scope.until(lambda: len(texts(scope)) == 4, "the echo")
        assert [fact["path"] for fact in peer.facts("opened")] == ["/first", "/second"]

    with PeerProcess(tmp_path, "websockets", echo=True, ping_interval=None) as peer:
        scope_run(act)


def test_the_rows_of_the_table(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        scope.turn("ping_interval", "none")
        await scope.open(peer.url())
        scope.send('{"op": "buy", "size": 3}')
        scope.send("01 02 fe ff", Opcode.BINARY)
        scope.send("x" * 70_000)
        await scope.until(lambda: len(scope.rows_of(Opcode.TEXT, sent=False)) == 2, "the echoes")
        scope.click(scope.button(scope.window.composer, "Ping"))
        await scope.until(lambda: scope.rows_of(Opcode.PONG, sent=False), "the pong")
        scope.turn("ping_timeout", "5")
        await scope.close_by_hand(4321, "bye <b>now</b>")
        await scope.ended()
        await scope.table_settled()

        rows = [scope.cells(row) for row in range(scope.window.table.model().rowCount())]
        assert len(COLUMNS) == len(rows[0])
        numbers = [cells[Column.NUMBER] for cells in rows if cells[Column.NUMBER]]
        assert numbers == [str(number + 1) for number in range(10)]
        sent = {cells[Column.OPCODE]: cells for cells in reversed(rows) if cells[Column.ARROW] == "↑"}
        got = {cells[Column.OPCODE]: cells for cells in reversed(rows) if cells[Column.ARROW] == "↓"}
        assert sent["Text"][Column.FLAGS :] == ["FIN MASK", "24 B", '{"op": "buy", "size": 3}', ""]
        assert got["Text"][Column.FLAGS :] == ["FIN", "24 B", '{"op": "buy", "size": 3}', ""]
        assert sent["Binary"][Column.FLAGS :] == ["FIN MASK", "4 B", "01 02 fe ff", ""]
        assert sent["Ping"][Column.LENGTH] == "4 B"
        assert sent["Ping"][Column.NOTES] == "application ping"
        assert got["Pong"][Column.PAYLOAD] == sent["Ping"][Column.PAYLOAD]
        assert got["Pong"][Column.NOTES].startswith("RTT ")
        assert sent["Close"][Column.PAYLOAD] == "10 e1 “bye <b>now</b>”"
        assert sent["Close"][Column.NOTES] == got["Close"][Column.NOTES] == "4321 private use"
        assert [cells[Column.LENGTH] for cells in rows].count("68 KiB") == 2
        events = scope.events()
        assert events[0].startswith("TCP ") and events[0].endswith(f"127.0.0.1:{peer.port}")
        assert any(event.startswith("Opening handshake done: 101 Switching Protocols") for event in events)
        assert "ping_timeout 20 → 5" in events
        assert events[-1] == "Closed by this side: 4321 private use"

    with PeerProcess(tmp_path, "websockets", echo=True, ping_interval=None) as peer:
        scope_run(act)


def test_the_options_of_the_drop_down_reach_the_peer(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        panel = scope.window.bar.panel
        scope.click(scope.named(QAbstractButton, "Connection options"))
        QTest.keyClicks(panel.headers, "X-Token: a b")
        QTest.keyClick(panel.headers, Qt.Key.Key_Return)
        QTest.keyClicks(panel.headers, "X-Token: c")
        QTest.keyClicks(panel.cookies, "session=1")
        scope.type_into(panel.subprotocols, "chat.v2, chat.v1")
        scope.type_into(panel.origin, "https://example.org")
        scope.compress(False)
        await scope.open(peer.url("/feed?since=1"))
        assert scope.story.handshake is not None
        assert scope.story.handshake.subprotocol == "chat.v1"
        [opened] = peer.facts("opened")
        headers = [tuple(pair) for pair in opened["headers"]]
        assert opened["path"] == "/feed?since=1"
        assert [value for name, value in headers if name == "X-Token"] == ["a b", "c"]
        assert dict(headers)["Cookie"] == "session=1"
        assert dict(headers)["Origin"] == "https://example.org"
        assert "Sec-WebSocket-Extensions" not in dict(headers)

    with PeerProcess(tmp_path, "websockets", compression="deflate", subprotocols=["chat.v1"]) as peer:
        scope_run(act)


def test_an_unchecked_certificate_is_for_one_connection_only(scope_run: Any, tls: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        panel = scope.window.bar.panel
        scope.click(scope.named(QAbstractButton, "Connection options"))
        scope.click(panel.check_switch)
        assert not panel.is_verified
        await scope.open(peer.url())
        assert scope.story.info is not None and not scope.story.info.is_verified
        note = scope.window.bar.address.findChild(ElidedLabel)
        await scope.until(lambda: note.whole.startswith("certificate not checked · TLS 1.3"), "the warning")
        assert note.property("tone") == "err"  # red, as long as it is shown
        assert panel.is_verified  # for the next one
        await scope.close_by_hand()
        await scope.ended()
        await scope.press_for_new_trace(scope.window.banner.reconnect)
        await scope.ended()
        assert "Certificate not trusted" in scope.banner[0]

    with PeerProcess(tmp_path, "websockets", certificate=str(tls.certificate)) as peer:
        scope_run(act)
