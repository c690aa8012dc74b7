"""RELIABILITY 1.5 (RFC 7692): how is permessage-deflate agreed on, and do messages survive it in bounded memory?"""

from __future__ import annotations

import time
import tracemalloc
import zlib
from random import Random

import pytest

from framescope.engine.deflate import (
    CHUNK,
    NAME,
    Agreed,
    BadDeflate,
    DeflateOffer,
    Deflater,
    Inflater,
    TooLong,
    accept_offer,
    accept_response,
    codecs_for,
)
from framescope.engine.errors import (
    DuplicateParameter,
    InvalidParameterName,
    InvalidParameterValue,
    NegotiationError,
)
from framescope.engine.extensions import Parameters, build_extensions, parse_extensions
from framescope.engine.headers import Headers

TAIL = b"\x00\x00\xff\xff"


def parameters(text: str) -> Parameters:
    header = NAME + (f"; {text}" if text else "")
    return parse_extensions(Headers({"Sec-WebSocket-Extensions": header}))[0][1]


def answered(text: str, ours: DeflateOffer = DeflateOffer()) -> str:  # noqa: B008 - it is frozen
    return build_extensions([accept_offer(parameters(text), ours)[0]]).removeprefix(NAME).removeprefix("; ")


@pytest.mark.parametrize(
    ("offer", "text"),
    [
        (DeflateOffer(), "client_max_window_bits"),
        (DeflateOffer(client_max_window_bits=None), ""),
        (
            DeflateOffer(True, True, 10, 11),
            "server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=10; client_max_window_bits=11",
        ),
    ],
)
def test_offer_is_written(offer, text):
    assert build_extensions([offer.as_extension()]) == "; ".join(filter(None, [NAME, text]))


@pytest.mark.parametrize("bits", [8, 16, 0, False])
@pytest.mark.parametrize("name", ["server_max_window_bits", "client_max_window_bits"])
def test_offer_that_cannot_be_kept(name, bits):
    """D8 (7.1.2): zlib does not compress with a window of 8 bits, so it is not offered."""
    with pytest.raises(ValueError, match="between 9 and 15"):
        DeflateOffer(**{name: bits})


@pytest.mark.parametrize(
    ("offered", "ours", "answer"),
    [
        pytest.param("", DeflateOffer(), "", id="D1 7: nothing asked"),
        pytest.param("client_max_window_bits", DeflateOffer(), "", id="D4 7.1.2.2: bare, no limit wanted"),
        pytest.param(
            "client_max_window_bits",
            DeflateOffer(client_max_window_bits=10),
            "client_max_window_bits=10",
            id="D4 7.1.2.2: bare, limited",
        ),
        pytest.param(
            "client_max_window_bits=9",
            DeflateOffer(client_max_window_bits=10),
            "client_max_window_bits=9",
            id="D4 7.1.2.2: the smaller",
        ),
        pytest.param("client_max_window_bits=8", DeflateOffer(), "client_max_window_bits=8", id="D8: inflate with 8"),
        pytest.param("", DeflateOffer(client_max_window_bits=10), "", id="D6 7.1.2.2: not offered, not answered"),
        pytest.param("server_max_window_bits=10", DeflateOffer(), "server_max_window_bits=10", id="D5 7.1.2.1: same"),
        pytest.param("server_max_window_bits=15", DeflateOffer(), "server_max_window_bits=15", id="D5 7.1.2.1: 15"),
        pytest.param(
            "server_max_window_bits=12",
            DeflateOffer(server_max_window_bits=9),
            "server_max_window_bits=9",
            id="D5 7.1.2.1: smaller",
        ),
        pytest.param("", DeflateOffer(server_max_window_bits=9), "server_max_window_bits=9", id="D5: unasked"),
        pytest.param(
            "server_no_context_takeover", DeflateOffer(), "server_no_context_takeover", id="D3 7.1.1.1: asked"
        ),
        pytest.param("", DeflateOffer(True), "server_no_context_takeover", id="D3 7.1.1.1: unasked"),
        pytest.param(
            "client_no_context_takeover", DeflateOffer(), "client_no_context_takeover", id="D3 7.1.1.2: asked"
        ),
        pytest.param("", DeflateOffer(False, True), "client_no_context_takeover", id="D7 7.1.1.2: unasked"),
    ],
)
def test_offer_is_answered(offered, ours, answer):
    assert answered(offered, ours) == answer


@pytest.mark.parametrize(
    ("offered", "error"),
    [
        pytest.param("x", InvalidParameterName, id="D1 7: unknown parameter"),
        pytest.param("server_no_context_takeover; server_no_context_takeover", DuplicateParameter, id="D1 7: twice"),
        pytest.param(
            "client_max_window_bits; client_max_window_bits=9", DuplicateParameter, id="D1 7: twice, two ways"
        ),
        pytest.param("server_no_context_takeover=1", InvalidParameterValue, id="D3 7.1.1.1: value"),
        pytest.param("client_no_context_takeover=true", InvalidParameterValue, id="D3 7.1.1.2: value"),
        pytest.param("server_max_window_bits", InvalidParameterValue, id="D4 7.1.2.1: no value"),
        *[
            pytest.param(f"{name}={value}", InvalidParameterValue, id=f"D4 7.1.2: {name}={value}")
            for name in ("server_max_window_bits", "client_max_window_bits")
            for value in ("7", "16", "08", "+9", "1e1", "15x", "0")
        ],
        pytest.param("server_max_window_bits=8", NegotiationError, id="D8 7.1.2: cannot compress with 8"),
    ],
)
def test_offer_is_declined(offered, error):
    with pytest.raises(error):
        accept_offer(parameters(offered), DeflateOffer())


@pytest.mark.parametrize(
    ("answer", "ours", "agreed"),
    [
        pytest.param("", DeflateOffer(), Agreed(False, False, 15, 15), id="D2 7: plain"),
        pytest.param(
            "server_no_context_takeover", DeflateOffer(True), Agreed(True, False, 15, 15), id="D3 7.1.1.1: asked"
        ),
        pytest.param(
            "server_no_context_takeover", DeflateOffer(), Agreed(True, False, 15, 15), id="D3 7.1.1.1: unasked"
        ),
        pytest.param(
            "client_no_context_takeover", DeflateOffer(), Agreed(False, True, 15, 15), id="D7 7.1.1.2: unasked, obeyed"
        ),
        pytest.param("", DeflateOffer(False, True), Agreed(False, True, 15, 15), id="D7 7.1.1.2: a hint of ours holds"),
        pytest.param("server_max_window_bits=8", DeflateOffer(), Agreed(False, False, 8, 15), id="D8: inflate with 8"),
        pytest.param(
            "server_max_window_bits=9", DeflateOffer(False, False, 10), Agreed(False, False, 9, 15), id="D5: smaller"
        ),
        pytest.param("client_max_window_bits=9", DeflateOffer(), Agreed(False, False, 15, 9), id="D4 7.1.2.2: limited"),
        pytest.param(
            "", DeflateOffer(client_max_window_bits=10), Agreed(False, False, 15, 10), id="D4 7.1.2.2: a hint of ours"
        ),
        pytest.param(
            "client_max_window_bits=9",
            DeflateOffer(client_max_window_bits=10),
            Agreed(False, False, 15, 9),
            id="D4 7.1.2.2: below the hint",
        ),
    ],
)
def test_answer_is_taken(answer, ours, agreed):
    assert accept_response(parameters(answer), ours) == agreed


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        pytest.param("x", DeflateOffer(), id="D2 7: unknown"),
        pytest.param("server_max_window_bits=9; server_max_window_bits=9", DeflateOffer(), id="D2 7: twice"),
        pytest.param("", DeflateOffer(True), id="D2 7.1.1.1: server_no_context_takeover was asked for"),
        pytest.param("", DeflateOffer(False, False, 10), id="D5 7.1.2.1: limit was asked for"),
        pytest.param("server_max_window_bits=11", DeflateOffer(False, False, 10), id="D5 7.1.2.1: larger"),
        pytest.param(
            "client_max_window_bits=9", DeflateOffer(client_max_window_bits=None), id="D6 7.1.2.2: not offered"
        ),
        pytest.param("client_max_window_bits=11", DeflateOffer(client_max_window_bits=10), id="D4 7.1.2.2: larger"),
        pytest.param("client_max_window_bits", DeflateOffer(), id="D4 7.1.2.2: bare in an answer"),
        pytest.param("client_max_window_bits=8", DeflateOffer(), id="D8 7.1.2: cannot compress with 8"),
        *[
            pytest.param(f"server_max_window_bits={value}", DeflateOffer(), id=f"D2 7.1.2: {value}")
            for value in ("7", "16", "08")
        ],
        pytest.param("server_max_window_bits", DeflateOffer(), id="D2 7.1.2: no value"),
    ],
)
def test_answer_fails_the_connection(answer, ours):
    with pytest.raises(NegotiationError):
        accept_response(parameters(answer), ours)


def inflated(*messages: str, bits: int = 15, is_reset: bool = False, limit: int | None = None) -> list[bytes]:
    inflater = Inflater(bits, is_reset=is_reset)
    return [inflater.inflate(bytes.fromhex(message), ends=True, limit=limit) for message in messages]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(["f248cdc9c90700"], [b"Hello"], id="D12 7.2.3.1: one block"),
        pytest.param(["f248cdc9c90700", "f200110000"], [b"Hello"] * 2, id="D12 7.2.3.2: shared window"),
        pytest.param(["000500faff48656c6c6f00"], [b"Hello"], id="D12 7.2.3.3: stored"),
        pytest.param(["f348cdc9c9070000"], [b"Hello"], id="D12 7.2.3.4: BFINAL"),
        pytest.param(["f24805000000ffffcac9c90700"], [b"Hello"], id="D12 7.2.3.5: two blocks"),
        pytest.param(["00"], [b""], id="D11 7.2.3.6: empty"),
        pytest.param([""], [b""], id="D11 7.2.2: no byte at all"),
        pytest.param(["", "f248cdc9c90700", "", "f200110000"], [b"", b"Hello", b"", b"Hello"], id="D11: harms nobody"),
        pytest.param(["f348cdc9c90700"], [b"Hello"], id="D12 7.2.3.4: BFINAL without the octet for the tail"),
        pytest.param(["f348cdc9c9070000", "f200110000"], [b"Hello"] * 2, id="D12: the window outlives BFINAL"),
        pytest.param(["f348cdc9c90700f3001100", "f200110000"], [b"HelloHello", b"Hello"], id="D12: BFINAL twice"),
        pytest.param(["010000ffff01"], [b""], id="D12: an empty final block that the tail completes"),
    ],
)
def test_message_is_inflated(messages, expected):
    assert inflated(*messages) == expected


@pytest.mark.parametrize(
    ("messages", "settings", "words"),
    [
        pytest.param(["07"], {}, "invalid block type", id="D12 7.2.3: block of type 3"),
        pytest.param(["0005000000"], {}, "invalid stored block lengths", id="D12 7.2.3.3: lengths differ"),
        pytest.param(["f200110000"], {}, "invalid distance too far back", id="D13 7.2: nothing to refer to"),
        pytest.param(
            ["f248cdc9c90700", "f200110000"], {"is_reset": True}, "too far back", id="D3 7.1.1: no context takeover"
        ),
        pytest.param(
            ["f348cdc9c9070000", "f200110000"], {"is_reset": True}, "too far back", id="D12: nor behind BFINAL"
        ),
    ],
)
def test_message_that_cannot_be_inflated(messages, settings, words):
    with pytest.raises(BadDeflate, match=words):
        inflated(*messages, **settings)


def test_reference_beyond_the_agreed_window():
    """D13 (7.2): the peer compresses with a larger window than it agreed to."""
    draw = Random(1)
    far, near = draw.randbytes(200), draw.randbytes(600)
    deflater = Deflater(15, is_reset=False)
    messages = [deflater.deflate(data, ends=True) for data in (far, near, far)]
    inflater = Inflater(9, is_reset=False)
    assert [inflater.inflate(message, ends=True, limit=None) for message in messages[:2]] == [far, near]
    with pytest.raises(BadDeflate, match="too far back"):
        inflater.inflate(messages[2], ends=True, limit=None)


def test_block_with_bfinal_may_end_a_fragment():
    """D12 (7.2.3.4): and what follows in the next one may refer to it."""
    inflater = Inflater(15, is_reset=False)
    assert inflater.inflate(bytes.fromhex("f348cdc9c90700"), ends=False, limit=None) == b"Hello"
    assert inflater.inflate(bytes.fromhex("f200110000"), ends=True, limit=None) == b"Hello"


def test_window_behind_bfinal_is_the_agreed_one():
    """D12: a long history is kept as far as the window reaches."""
    data = bytes(i * 7 % 256 for i in range(1000)) * 400
    final = zlib.compressobj(wbits=-15)
    first = final.compress(data) + final.flush(zlib.Z_FINISH)
    again = zlib.compressobj(wbits=-15, zdict=data[-32768:])
    second = again.compress(data[-30000:]) + again.flush(zlib.Z_SYNC_FLUSH)
    inflater = Inflater(15, is_reset=False)
    assert inflater.inflate(first + b"\x00", ends=True, limit=None) == data
    assert inflater.inflate(second[:-4], ends=True, limit=None) == data[-30000:]


@pytest.mark.parametrize("size", range(4090, 4102))
def test_tail_may_be_left_out_wherever_the_final_block_ends(size):
    """D12: around the size of a step."""
    stored = b"\x01" + (size - 5).to_bytes(2, "little") + (65535 - size + 5).to_bytes(2, "little") + bytes(size - 5)
    inflater = Inflater(15, is_reset=False)
    assert inflater.inflate(stored, ends=True, limit=None) == bytes(size - 5)
    assert inflater.inflate(stored + b"\x00", ends=True, limit=None) == bytes(size - 5)
    assert inflater.inflate(bytes.fromhex("f248cdc9c90700"), ends=True, limit=None) == b"Hello"


def test_final_blocks_without_number():
    """V6: a frame that holds nothing else; a copy of the rest behind each would take seconds."""
    inflater = Inflater(15, is_reset=False)
    start = time.process_time()
    assert inflater.inflate(b"\x03\x00" * 32_768, ends=True, limit=None) == b""
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_output_of_several_steps(size):
    data = bytes(size)
    message = Deflater(15, is_reset=True).deflate(data, ends=True)
    assert Inflater(15, is_reset=False).inflate(message, ends=True, limit=None) == data
    assert Inflater(15, is_reset=False).inflate(message, ends=True, limit=size) == data


@pytest.mark.parametrize("size", [100, CHUNK, CHUNK + 7])
def test_output_is_limited(size):
    """D14 (8), RELIABILITY 6: limit - 1, limit, limit + 1."""
    message = Deflater(15, is_reset=True).deflate(bytes(size), ends=True)
    assert len(Inflater(15, is_reset=False).inflate(message, ends=True, limit=size + 1)) == size
    assert len(Inflater(15, is_reset=False).inflate(message, ends=True, limit=size)) == size
    with pytest.raises(TooLong) as caught:
        Inflater(15, is_reset=False).inflate(message, ends=True, limit=size - 1)
    assert caught.value.limit == size - 1


def test_decompression_bomb_is_never_unpacked():
    """V1: 0.5 MB that would become 500 MB cost twice the limit at most."""
    packer = zlib.compressobj(9, wbits=-15)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(500)) + packer.flush(zlib.Z_SYNC_FLUSH)
    assert len(bomb) < 600_000
    limit = 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(TooLong):
            Inflater(15, is_reset=False).inflate(bomb[:-4], ends=True, limit=limit)
        assert tracemalloc.get_traced_memory()[1] < 2 * limit + len(bomb) * 3
    finally:
        tracemalloc.stop()


def test_empty_message_is_one_byte():
    """D11 (7.2.3.6): also behind another one, where zlib has nothing left to flush."""
    deflater = Deflater(15, is_reset=False)
    assert [deflater.deflate(data, ends=True).hex() for data in (b"", b"Hello", b"", b"Hello")] == [
        "00",
        "f248cdc9c90700",
        "00",
        "f200110000",
    ]


def test_message_without_context_takeover_stands_alone():
    """D3 (7.1.1)."""
    deflater = Deflater(15, is_reset=True)
    assert deflater.deflate(b"Hello", ends=True) == deflater.deflate(b"Hello", ends=True)


def test_fragments_end_at_byte_boundaries():
    """D12 (7.2.1, 6.1): every fragment can be inflated as it comes; the tail is cut off the last only."""
    deflater, inflater = Deflater(15, is_reset=False), Inflater(15, is_reset=False)
    first = deflater.deflate(b"Hel", ends=False)
    last = deflater.deflate(b"lo", ends=True)
    assert first.endswith(TAIL)
    assert not last.endswith(TAIL)
    assert inflater.inflate(first, ends=False, limit=None) == b"Hel"
    assert inflater.inflate(last, ends=True, limit=None) == b"lo"


def test_level_of_the_offer_is_used():
    """A level of 0 stores; memory costs what was asked for."""
    for agreed in (
        accept_offer(parameters(""), DeflateOffer(level=0, memory_level=1))[1],
        accept_response(parameters(""), DeflateOffer(level=0, memory_level=1)),
    ):
        assert (agreed.level, agreed.memory_level) == (0, 1)
        deflater, _ = codecs_for(agreed, is_client=True)
        assert bytes(100) in deflater.deflate(bytes(100), ends=True)


@pytest.mark.parametrize("is_client", [True, False])
def test_each_end_gets_the_settings_of_its_direction(is_client):
    """7.1.1, 7.1.2: server_* is for what the server sends."""
    agreed = Agreed(True, False, 9, 10)
    deflater, inflater = codecs_for(agreed, is_client=is_client)
    other_deflater, other_inflater = codecs_for(agreed, is_client=not is_client)
    for _ in range(2):
        assert other_inflater.inflate(deflater.deflate(b"Hello" * 99, ends=True), ends=True, limit=None)
        assert inflater.inflate(other_deflater.deflate(b"Hello" * 99, ends=True), ends=True, limit=None)
    sent = [deflater.deflate(b"another word", ends=True) for _ in range(2)]
    assert (sent[0] == sent[1]) is not is_client


@pytest.mark.parametrize("offer", ["", "server_max_window_bits=10"])
def test_a_server_may_insist_on_limiting_the_client(offer):
    """D6 (7692-7.1.2.2): what does not stand in the offer cannot be answered, only declined."""
    ours = DeflateOffer(client_max_window_bits=12, must_limit_client=True)
    with pytest.raises(NegotiationError, match="required client_max_window_bits"):
        answered(offer, ours)
    assert answered("client_max_window_bits", ours) == "client_max_window_bits=12"


@pytest.mark.parametrize(("count", "size"), [(1500, 5), (200, 700)])
def test_history_reaches_back_a_window_whatever_it_is_made_of(count, size):
    """D12 (7.2.3.4): behind BFINAL, what follows may refer to all of it."""
    deflater, inflater = Deflater(15, is_reset=False), Inflater(15, is_reset=False)
    draw = Random(2)
    spoken = [draw.randbytes(size) for _ in range(count)]
    for data in spoken:
        assert inflater.single(deflater.deflate(data, ends=True), 1 << 20) == data
    final = zlib.compressobj(wbits=-15)
    first = final.compress(b"") + final.flush(zlib.Z_FINISH)
    assert inflater.inflate(first + b"\x00", ends=True, limit=None) == b""
    history = b"".join(spoken)[-32768:]
    far = history[-32_000:][:300]  # zlib itself looks no further back than that
    again = zlib.compressobj(wbits=-15, zdict=history)
    message = again.compress(far) + again.flush(zlib.Z_SYNC_FLUSH)
    assert len(message) < 100
    assert inflater.inflate(message[:-4], ends=True, limit=None) == far


@pytest.mark.parametrize("is_reset", [True, False])
def test_single_message(is_reset):
    """D3, D12, D14: what takes one step is done at once; the rest is left for `inflate` to go on with."""
    inflater = Inflater(15, is_reset=is_reset)
    deflater = Deflater(15, is_reset=is_reset)
    for text in (b"Hello", b"Hello", bytes(100)):
        assert inflater.single(deflater.deflate(text, ends=True), 100) == text
    message = deflater.deflate(bytes(101), ends=True)
    assert inflater.single(message, 100) is None
    with pytest.raises(TooLong):
        inflater.inflate(message, ends=True, limit=100)


@pytest.mark.parametrize("message", ["", "f348cdc9c9070000", "07"])
def test_single_message_that_takes_more(message):
    """D11, D12: an empty one, one with BFINAL, a broken one."""
    inflater = Inflater(15, is_reset=False)
    data = bytes.fromhex(message)
    assert inflater.single(data, 1000) is None
    if message == "07":
        with pytest.raises(BadDeflate, match="invalid block type"):
            inflater.inflate(data, ends=True, limit=1000)
        return
    assert inflater.inflate(data, ends=True, limit=1000) == (b"Hello" if message else b"")
    assert inflater.single(bytes.fromhex("f248cdc9c90700"), 1000) == b"Hello"
