"""Is all that an endpoint writes lawful, and does it say what was said, whatever happens to it? (T-PROP-2, T-PROP-4)

The reference model (helpers/reference_model.py) reads what our endpoint wrote, as a strict peer would.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from framescope.engine.connection import Connection
from framescope.engine.errors import ConcurrencyError, InvalidState, ProtocolError
from framescope.engine.events import Part
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.fuzz_engines import cut, opened
from helpers.reference_model import Deflate, ReferenceModel
from helpers.wire_generator import OF_DEFLATE, OF_FRAMES, OF_MESSAGES, Agreement, Case, Peer, Piece

LIMIT = 300_000
SIZES = (0, 1, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537, 70_000, 140_000)

agreements = st.one_of(
    st.none(),
    st.builds(Agreement, st.integers(9, 15), st.integers(9, 15), st.booleans(), st.booleans()),
)


def endpoint(*, is_client: bool, deflate: Agreement | None) -> Connection:
    return opened(Case(0, 0, is_client, LIMIT, 1000, deflate, [], []))


def strict_peer(*, is_client: bool, deflate: Agreement | None) -> ReferenceModel:
    """Return a model that reads what a client (or a server) writes."""
    terms = None
    if deflate is not None and is_client:
        terms = Deflate(deflate.client_bits, deflate.client_resets)
    elif deflate is not None:
        terms = Deflate(deflate.server_bits, deflate.server_resets)
    return ReferenceModel(is_client, LIMIT, 1000, terms)


def written(connection: Connection) -> bytes:
    data = b"".join(iter(lambda: connection.take(65_536, 0.0), b""))
    connection.written(len(data), 0.0)
    return data


MACHINE = settings(stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

sayings = st.lists(
    st.tuples(
        st.booleans(),  # text
        st.one_of(st.integers(0, 300), st.sampled_from(SIZES)),  # B
        st.integers(1, 4),  # fragments
        st.booleans(),  # compressed, where that was agreed
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.timeout(300)
@given(st.booleans(), agreements, sayings, st.integers(0, 1 << 32))
def test_what_is_written_says_what_was_said(is_client, deflate, said, seed):
    # F3, F11, F20, D4, D7, D10, D11: read back by the model, and by an endpoint of ours in pieces
    random = Random(seed)
    speaker, listener = (endpoint(is_client=side, deflate=deflate) for side in (is_client, not is_client))
    expected = []
    for is_text, size, count, is_compressed in said:
        content = ("aé€😀" * (size // 10 + 1)).encode()[:size].decode(errors="ignore").encode().ljust(size, b"-")
        if not is_text:
            content = random.randbytes(min(size, 50)) * (size // 50 + 1)
        opcode = Opcode.TEXT if is_text else Opcode.BINARY
        expected.append((int(opcode), content))
        edges = [0, *sorted(random.randint(0, len(content)) for _ in range(count - 1)), len(content)]
        for index in range(count):
            piece, ends = content[edges[index] : edges[index + 1]], index == count - 1
            speaker.send(Opcode.CONTINUATION if index else opcode, piece, ends=ends, is_compressed=is_compressed)
    wire = written(speaker)
    model = strict_peer(is_client=is_client, deflate=deflate)
    model.receive(wire)
    assert (model.fault, model.messages, model.buffer) == (None, expected, b"")
    for piece in cut(wire, random):
        listener.receive_data(piece, 0.0)
    parts = [event for event in listener.events() if isinstance(event, Part)]
    assert b"".join(part.payload for part in parts) == b"".join(content for _, content in expected)
    assert [int(part.opcode) for part in parts if part.ends] == [opcode for opcode, _ in expected]


class Endpoint(RuleBasedStateMachine):
    """One endpoint, whatever its application, its peer, its transport and the clock do."""

    @initialize(is_client=st.booleans(), deflate=agreements, seed=st.integers(0, 1 << 32))
    def open(self, is_client, deflate, seed):
        self.random = Random(seed)
        self.connection = endpoint(is_client=is_client, deflate=deflate)
        self.model = strict_peer(is_client=is_client, deflate=deflate)
        self.peer = Peer(self.random, is_client=not is_client, limit=1000, deflate=deflate)
        self.now = 0.0
        self.is_inside = False
        self.pings: list[bytes] = []

    def ask(self, act, *arguments, **more):
        """Ask the endpoint for something; only what is misuse may be refused."""
        is_open = self.connection.state is State.OPEN
        try:
            act(*arguments, **more)
        except InvalidState:
            assert not is_open
            return False
        return True

    @rule(
        is_text=st.booleans(), size=st.sampled_from((0, 5, 125, 126, 5000)), ends=st.booleans(), deflates=st.booleans()
    )
    def send(self, is_text, size, ends, deflates):
        opcode = Opcode.TEXT if is_text else Opcode.BINARY
        if self.is_inside:
            with pytest.raises((ProtocolError, InvalidState)):
                self.connection.send(opcode, b"", ends=ends)
        elif self.ask(self.connection.send, opcode, b"x" * size, ends=ends, is_compressed=deflates):
            self.is_inside = not ends

    @rule(size=st.sampled_from((0, 5, 126)), ends=st.booleans())
    def fragment(self, size, ends):
        if not self.is_inside:
            with pytest.raises((ProtocolError, InvalidState)):
                self.connection.send(Opcode.CONTINUATION, b"", ends=ends)
        elif self.ask(self.connection.send, Opcode.CONTINUATION, b"x" * size, ends=ends):
            self.is_inside = not ends

    @rule(payload=st.sampled_from((None, b"", b"mine", bytes(125))))
    def ping(self, payload):
        try:
            self.ask(self.connection.ping, payload, self.now)
        except ConcurrencyError:
            assert payload in self.connection.keepalive.in_flight

    @rule(payload=st.sampled_from((b"", b"mine", bytes(125))))
    def pong(self, payload):
        if self.ask(self.connection.pong, payload):
            self.pings.append(payload)

    @rule(size=st.integers(126, 200), is_ping=st.booleans())
    def long_control_frame(self, size, is_ping):
        with pytest.raises((ProtocolError, InvalidState)):
            if is_ping:
                self.connection.ping(bytes(size), self.now)
            else:
                self.connection.pong(bytes(size))

    @rule(code=st.sampled_from((1000, 1001, 1005, 4999)), size=st.sampled_from((0, 10, 123, 200)))
    def close(self, code, size):
        self.connection.close(code, "é" * size if code != 1005 else "", self.now)

    @rule(code=st.sampled_from((0, 999, 1004, 1006, 1015, 5000, 70_000)))
    def close_wrongly(self, code):
        if self.connection.state is State.OPEN:
            with pytest.raises(ProtocolError):
                self.connection.close(code, "", self.now)

    @rule()
    def fail(self):
        self.connection.fail(1011, "x", self.now)

    @rule(slip=st.sampled_from(("", "", "", "", *OF_MESSAGES, *OF_DEFLATE)))
    def receive_message(self, slip):
        if slip not in OF_DEFLATE or self.peer.deflate is not None:
            self.peer.message(slip)
            self.deliver()

    @rule(is_close=st.booleans())
    def receive_control(self, is_close):
        (self.peer.close if is_close and self.random.random() < 0.3 else self.peer.control)()
        self.deliver()

    @rule(slip=st.sampled_from(list(OF_FRAMES)))
    def receive_slip(self, slip):
        self.peer.message()
        OF_FRAMES[slip](self.peer.script[-1], self.random)
        self.deliver()

    def deliver(self):
        for item in self.peer.script:
            if isinstance(item, Piece):
                if item.first & 15 == 9:
                    self.pings.append(item.payload)
                for piece in cut(item.encode(self.random), self.random):
                    self.connection.receive_data(piece, self.now)
        self.peer.script.clear()

    @rule(seconds=st.sampled_from((0.0, 1.0, 10.0, 20.0, 60.0)))
    def tick(self, seconds):
        self.now += seconds
        self.connection.tick(self.now)

    @precondition(lambda self: self.random.random() < 0.2)
    @rule(is_reset=st.sampled_from((None, None, False, True)))
    def end(self, is_reset):
        if is_reset is None:
            self.connection.receive_eof(self.now)
        else:
            self.connection.connection_lost(self.now, is_reset=is_reset)

    @rule(size=st.sampled_from((1, 3, 20, 1000, 1 << 20)))
    def write(self, size):
        data = self.connection.take(size, self.now)
        self.connection.written(len(data), self.now)
        self.model.receive(data)

    @invariant()
    def wrote_nothing_illegal(self):
        assert self.model.fault is None, self.model.fault

    def teardown(self):
        """Write all that is left: nothing but pongs comes behind a Close, and those answer pings."""
        if not hasattr(self, "connection"):
            return
        self.write(1 << 20)
        model = self.model
        rest = ReferenceModel(model.masked, LIMIT, 1000, None)
        rest.receive(model.buffer if model.received is not None else b"")
        assert (rest.fault, rest.messages, rest.received) == (None, [], None)
        assert all(opcode == 10 for opcode, _ in rest.controls)
        pongs = [payload for opcode, payload in model.controls + rest.controls if opcode == 10]
        assert all(payload in self.pings for payload in pongs)


@pytest.mark.timeout(300)
def test_nothing_illegal_is_written_whatever_happens():
    # F3, F12, F18, F23, F25, C1, C2, C6, C9
    run_state_machine_as_test(Endpoint, settings=settings(MACHINE, max_examples=300))


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_nothing_illegal_is_written_whatever_happens_at_length():
    run_state_machine_as_test(Endpoint, settings=settings(MACHINE, max_examples=5000))
