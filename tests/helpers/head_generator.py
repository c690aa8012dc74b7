"""What might stand where an opening handshake is expected? A valid head, from a seed, and a slip or two in it."""

from __future__ import annotations

from random import Random

Lines = list[tuple[bytes, bytes]]

REQUEST_LINE, STATUS_LINE = b"GET /chat HTTP/1.1", b"HTTP/1.1 101 Switching Protocols"
COMMON: Lines = [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")]
OF_REQUEST: Lines = [
    (b"Host", b"h"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Version", b"13"),
]
VALUES: dict[bytes, tuple[bytes, ...]] = {
    b"Upgrade": (
        b"WebSocket",
        b"h2c",
        b"websocket, h2c",
        b"websocket/13",
        b"",
        b",websocket,",
        b"web socket",
        b'"websocket"',
    ),
    b"Connection": (
        b"upgrade",
        b"close",
        b"keep-alive, Upgrade",
        b"notupgrade",
        b"",
        b"Upgrade,,",
        b"a b",
        b"\tUpgrade \t",
    ),
    b"Host": (b"", b"a:1", b"a, b", b"\xe9"),
    b"Sec-WebSocket-Key": (
        b"",
        b"?",
        b"YQ==",
        b"dGhlIHNhbXBsZSBub25jZQ",
        b"dGhlIHNhbXBsZSBub25jZQ== ",
        b"\xe9",
        b"A" * 24,
    ),
    b"Sec-WebSocket-Version": (b"8", b"", b"13, 8", b"013", b"13 ", b"x", b"\xb2"),
    b"Sec-WebSocket-Accept": (b"", b"wrong", b"\xe9"),
    b"Sec-WebSocket-Protocol": (b"a", b"b, a", b"c", b"", b"a,,b", b"a b", b"A", b'"a"', b"a, a"),
    b"Origin": (b"http://good", b"null", b"", b"http://evil", b"\xff"),
    b"Content-Length": (b"0", b"5", b"-1", b"", b"x", b"0, 0", b"9" * 30, b"+0"),
    b"Transfer-Encoding": (b"chunked", b"identity", b""),
    b"X-Any": (b"v" * 100, b"\xc3\xa9", b"", b"a\tb", b"v" * 8200),
}
FIRST_LINES = (
    b"GET /chat HTTP/1.0",
    b"POST / HTTP/1.1",
    b"GET  / HTTP/1.1",
    b"GET / HTTP/1.1 ",
    b"GET /",
    b"",
    b"GET / HTTP/2.0",
    b"get / HTTP/1.1",
    b"GET /\xc3\xa9 HTTP/1.1",
    b"GET /" + b"a" * 9000 + b" HTTP/1.1",
    b"HTTP/1.1 101",
    b"HTTP/1.1 101 ",
    b"HTTP/1.0 101 x",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 302 Found",
    b"HTTP/1.1 1010 x",
    b"HTTP/1.1 099 x",
    b"HTTP/1.1 700 x",
    b"HTTP/1.1 abc x",
    b"HTTP/2 101 x",
    b"SSH-2.0-x",
)
NOISE = (b"\x00", b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b",", b";", b'"', b"\\", b"\x7f", b"\xff", b"=", b"\r\n ")
PARAMETERS = (
    *["server_no_context_takeover", "client_no_context_takeover"] * 2,
    *["server_max_window_bits", "client_max_window_bits"] * 3,
    "x",
)
BITS = (
    None,
    None,
    "8",
    "9",
    "10",
    "15",
    "15",
    "7",
    "16",
    "08",
    "+9",
    "0x9",
    "",
    "9.0",
    '"10"',
    '"1\\0"',
    '"',
    "9 9",
    "١",
)


def extension_value(random: Random) -> str:
    """Write a Sec-WebSocket-Extensions value that is right as a rule."""
    offers = []
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        words = [random.choice(("permessage-deflate",) * 6 + ("x-other", "permessage-deflat", ""))]
        for _ in range(random.choice((0, 1, 1, 2, 3))):
            name = random.choice(PARAMETERS)
            value = random.choice(BITS) if "bits" in name or random.random() < 0.1 else None
            words.append(name if value is None else f"{name}{random.choice(('=', '=', ' = '))}{value}")
        offers.append(random.choice((";", "; ", " ; ")).join(words))
    value = random.choice((",", ", ", " , ,")).join(offers)
    if random.random() < 0.1:
        place = random.randint(0, len(value))
        value = value[:place] + random.choice(NOISE[4:]).decode("latin-1") + value[place:]
    return value


def head(random: Random, *, is_request: bool, accept: str = "") -> bytes:
    """Write a head; `accept`: the right Sec-WebSocket-Accept of a response."""
    lines = COMMON + (OF_REQUEST if is_request else [(b"Sec-WebSocket-Accept", accept.encode())])
    if random.random() < 0.5:
        lines = [*lines, (b"Sec-WebSocket-Extensions", extension_value(random).encode("latin-1", "replace"))]
    if random.random() < 0.3:
        lines = [*lines, (b"Sec-WebSocket-Protocol", b"a")]
    first = REQUEST_LINE if is_request else STATUS_LINE
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        first, lines = _slip(first, list(lines), random)
    random.shuffle(lines)
    data = first + b"".join(
        b"\r\n%s:%s%s" % (name, random.choice((b" ", b" ", b"", b"  ")), value) for name, value in lines
    )
    data += b"\r\n\r\n"
    kind = random.random()
    place = random.randrange(len(data))
    if kind < 0.08:
        return data[:place]
    if kind < 0.18:
        return data[:place] + random.choice(NOISE) + data[place:]
    if kind < 0.25:
        return data[:place] + bytes((data[place] ^ 1 << random.randrange(8),)) + data[place + 1 :]
    return data


def _slip(first: bytes, lines: Lines, random: Random) -> tuple[bytes, Lines]:
    kind = random.random()
    if kind < 0.1:
        return random.choice(FIRST_LINES), lines
    if kind < 0.25 and lines:
        del lines[random.randrange(len(lines))]
    elif kind < 0.35 and lines:
        lines.append(random.choice(lines))
    elif kind < 0.42 and lines:
        place = random.randrange(len(lines))
        name, value = lines[place]
        lines[place] = random.choice(((name.upper(), value), (name + b" ", value), (b" " + name, value), (b"", value)))
    elif kind < 0.44:
        lines += [(b"X-%d" % number, b"v") for number in range(random.choice((100, 124, 126, 127, 130)))]
    else:
        name = random.choice(list(VALUES))
        lines = [line for line in lines if line[0] != name or random.random() < 0.1]
        lines.append((name, random.choice(VALUES[name])))
    return first, lines
