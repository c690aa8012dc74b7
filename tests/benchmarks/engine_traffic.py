"""Which traffic is the engine measured with? Messages as a peer would send them, cut into reads."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from framescope.engine.deflate import Deflater
from framescope.engine.frames import FIN, RSV1, Opcode, serialise

KEY = b"\x37\xfa\x21\x3d"
TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
WireFrame = tuple[int, bytes]  # first byte and payload


@dataclass
class Traffic:
    """Frames of one kind; `messages` is what times are counted by (control frames count)."""

    name: str
    frames: list[WireFrame]
    messages: int
    is_deflated: bool = False

    def reads(self, size: int, *, masked: bool) -> list[bytes]:
        """Return the frames as the peer's bytes, cut into reads of `size` bytes."""
        stream = b"".join(serialise(first, payload, KEY if masked else None) for first, payload in self.frames)
        return [stream[start : start + size] for start in range(0, len(stream), size)]


def quote(number: int, chance: random.Random) -> dict[str, object]:
    """A trade as exchanges publish it: 200 B of JSON."""
    return {
        "channel": "trades",
        "symbol": chance.choice(["BTC-EUR", "ETH-EUR", "SOL-EUR"]),
        "price": f"{chance.uniform(10_000, 99_999):.2f}",
        "size": f"{chance.random():.5f}",
        "side": chance.choice(["buy!", "sell"]),
        "time": f"2026-11-22T18:{chance.randrange(60):02}:{chance.randrange(60):02}.{chance.randrange(10**6):06}Z",
        "sequence": 918_273_645 + number,
        "maker": f"{chance.getrandbits(32):08x}",
        "book": "main",
    }


def quotes(count: int) -> list[bytes]:
    chance = random.Random(1)
    return [json.dumps(quote(number, chance)).encode()[:200] for number in range(count)]


def whole(opcode: int, payload: bytes) -> list[WireFrame]:
    return [(FIN | opcode, payload)]


def fragmented(opcode: int, payload: bytes, count: int) -> list[WireFrame]:
    size = -(-len(payload) // count)
    pieces = [payload[start : start + size] for start in range(0, len(payload), size)]
    frames = [(CONTINUATION, piece) for piece in pieces]
    frames[0] = (opcode, pieces[0])
    return [*frames[:-1], (FIN | frames[-1][0], pieces[-1])]


def deflated(count: int) -> list[WireFrame]:
    deflater = Deflater(15, is_reset=False)
    return [(FIN | RSV1 | TEXT, deflater.deflate(payload, ends=True)) for payload in quotes(count)]


def mixed(count: int) -> tuple[list[WireFrame], int]:
    """A realistic mix, as of a busy application; of every 200 messages, in random order:

    112 JSON texts of 150 to 400 B, 32 short texts of 10 to 40 B, 22 chat texts in Chinese or with emoji (100 to
    300 B), 20 binary messages of 100 to 1,500 B, 9 JSON texts of 1 to 8 KiB, 2 messages of 600 B in 3 fragments,
    a ping, a pong, and a binary message of 64 KiB: 800 B on average.
    """
    chance = random.Random(2)
    frames: list[WireFrame] = []
    kinds = [kind for kind, share in enumerate((112, 32, 22, 20, 9, 2, 1, 1, 1)) for _ in range(share)]
    for number in range(count):
        if number % len(kinds) == 0:
            chance.shuffle(kinds)
        frames += _message(kinds[number % len(kinds)], number, chance)
    return frames, count


def _message(kind: int, number: int, chance: random.Random) -> list[WireFrame]:
    if kind == 0:
        text = json.dumps({**quote(number, chance), "note": "x" * chance.randrange(200)})
        return whole(TEXT, text.encode()[: chance.randrange(150, 401)])
    if kind == 1:
        text = json.dumps({"type": "tick", "number": number, "x": "yyyyyyyyyy"})
        return whole(TEXT, text.encode()[: chance.randrange(10, 41)])
    if kind == 2:
        text = chance.choice(["你好，世界。今天天气很好！", "well 👍🏽 done 🎉 "])
        return whole(TEXT, (text * chance.randrange(3, 8)).encode())
    if kind == 3:
        return whole(BINARY, chance.randbytes(chance.randrange(100, 1501)))
    if kind == 4:
        return whole(TEXT, json.dumps([quote(number, chance) for _ in range(chance.randrange(5, 39))]).encode())
    if kind == 5:
        return fragmented(TEXT, json.dumps([quote(number, chance) for _ in range(3)]).encode()[:600], 3)
    if kind in (6, 7):
        return whole(Opcode.PING if kind == 6 else Opcode.PONG, number.to_bytes(4, "big"))
    return whole(BINARY, chance.randbytes(64 * 1024))


def all_traffic() -> list[Traffic]:
    """The workloads that the engine's speed is promised for."""
    small = quotes(12_000)
    block = random.Random(3).randbytes(64 * 1024)
    frames, count = mixed(8_000)
    return [
        Traffic("20 B text", [(FIN | TEXT, payload[:20]) for payload in small], len(small)),
        Traffic("200 B JSON", [(FIN | TEXT, payload) for payload in small], len(small)),
        Traffic("1 KiB binary", whole(BINARY, block[:1024]) * 8_000, 8_000),
        Traffic("64 KiB binary", whole(BINARY, block) * 300, 300),
        Traffic("16 fragments of 100 B", fragmented(TEXT, b"".join(small[:8]), 16) * 600, 600),
        Traffic("200 B JSON, deflated", deflated(len(small)), len(small), is_deflated=True),
        Traffic("mix", frames, count),
    ]
