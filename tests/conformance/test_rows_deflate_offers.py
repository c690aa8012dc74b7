"""RELIABILITY 1.5, row by row: how permessage-deflate is agreed on (RFC 7692 5, 7.1)."""

from __future__ import annotations

import pytest

from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidHandshake
from framescope.engine.handshake import ServerTerms
from helpers.ledger import DEFLATE, rows
from helpers.openings import accepted, asking, fails, opens, refused, request, response

NAME = "Sec-WebSocket-Extensions"

# D1, RFC 7692 7: "A server MUST decline an extension negotiation offer for this extension if" it has a parameter that
# is not defined, one with an invalid value, several of the same name, or what the server does not support.
# D3, RFC 7692 7.1.1: the two *_no_context_takeover parameters have no value.
# D4, RFC 7692 7.1.2: "a decimal integer value without leading zeroes between 8 to 15"
NO_BITS = ("7", "16", "08", "015", "+9", "-9", "1e1", "0xf", "15x", "0", "255", '"08"')
BAD_PARAMETERS = [
    ("D1", "unknown"),
    ("D1", "unknown=1"),
    ("D1", "Server_No_Context_Takeover2"),
    ("D1", "server_no_context_takeover; server_no_context_takeover"),
    ("D1", "server_max_window_bits=10; server_max_window_bits=10"),
    ("D1", "client_max_window_bits; client_max_window_bits=9"),
    ("D3", "server_no_context_takeover=1"),
    ("D3", "client_no_context_takeover=true"),
    ("D3", 'client_no_context_takeover="x"'),
    ("D4", "server_max_window_bits"),
    *[("D4", f"{end}_max_window_bits={bits}") for end in ("server", "client") for bits in NO_BITS],
]
# RFC 7692 7.1.2.1: "A server declines an extension negotiation offer with this parameter if the server doesn't support
# it"; zlib cannot compress with a window of 8 bits.
DECLINED = [*BAD_PARAMETERS, ("D8", "server_max_window_bits=8")]


@pytest.mark.parametrize("parameters", [pytest.param(value, id=f"{row}-server-{value}") for row, value in DECLINED])
def test_invalid_offers_are_declined(parameters):
    offer = f"permessage-deflate; {parameters}"
    assert NAME not in accepted(request({NAME: offer}))
    # "falls to the next offer, else none": on the same line, and on the next one.
    for value in (f"{offer}, permessage-deflate", [offer, "permessage-deflate"]):
        assert accepted(request({NAME: value}))[NAME] == "permessage-deflate"


# (row, what the client offers, what the server wants, what it answers)
OFFERS = [
    ("D1", "", DeflateOffer(), ""),
    ("D3", "server_no_context_takeover", DeflateOffer(), "server_no_context_takeover"),
    ("D3", "client_no_context_takeover", DeflateOffer(), "client_no_context_takeover"),
    ("D4", "client_max_window_bits", DeflateOffer(), ""),
    ("D4", "client_max_window_bits", DeflateOffer(client_max_window_bits=10), "client_max_window_bits=10"),
    ("D4", "client_max_window_bits=15", DeflateOffer(client_max_window_bits=10), "client_max_window_bits=10"),
    ("D4", 'client_max_window_bits="9"', DeflateOffer(), "client_max_window_bits=9"),
    # D5, RFC 7692 7.1.2.1: the response has the parameter "with the same or smaller value as the offer"
    *[
        ("D5", f"server_max_window_bits={bits}", DeflateOffer(), f"server_max_window_bits={bits}")
        for bits in range(9, 16)
    ],
    ("D5", "server_max_window_bits=12", DeflateOffer(server_max_window_bits=9), "server_max_window_bits=9"),
    ("D5", "server_max_window_bits=9", DeflateOffer(server_max_window_bits=12), "server_max_window_bits=9"),
    ("D5", "", DeflateOffer(server_max_window_bits=12), "server_max_window_bits=12"),
    # D6, RFC 7692 7.1.2.2: where the offer does not have it, the response "MUST NOT include the
    # "client_max_window_bits" extension parameter"
    ("D6", "", DeflateOffer(client_max_window_bits=10), ""),
    ("D6", "server_max_window_bits=15", DeflateOffer(client_max_window_bits=10), "server_max_window_bits=15"),
    # D7, RFC 7692 7.1.1.2: "A server MAY include the "client_no_context_takeover" extension parameter in an extension
    # negotiation response", asked or not
    ("D7", "", DeflateOffer(client_no_context_takeover=True), "client_no_context_takeover"),
    ("D8", "client_max_window_bits=8", DeflateOffer(), "client_max_window_bits=8"),
]


@pytest.mark.parametrize(
    ("offered", "ours", "answer"),
    [pytest.param(*values, id=f"{row}-server-{values[0] or 'nothing'}") for row, *values in OFFERS],
)
def test_valid_offers_are_answered(offered, ours, answer):
    headers = accepted(request({NAME: "; ".join(filter(None, [DEFLATE, offered]))}), ServerTerms(deflate=ours))
    assert headers.get_all(NAME) == ["; ".join(filter(None, [DEFLATE, answer]))]


# D2, RFC 7692 7: "A client MUST _Fail the WebSocket Connection_ if the peer server accepted an extension negotiation
# offer for this extension with an extension negotiation response" that has such a parameter, or "The client does not
# support the configuration that the response represents."
ANSWERS_THAT_FAIL = [
    *[("D2" if row == "D1" else row, value, DeflateOffer()) for row, value in BAD_PARAMETERS],
    ("D2", "server_max_window_bits=", DeflateOffer()),
    ("D2", 'server_max_window_bits=""', DeflateOffer()),
    ("D2", "server_max_window_bits=9 9", DeflateOffer()),
    ("D2", "server_max_window_bits=9;", DeflateOffer()),
    ("D2", "server_max_window_bits=9, permessage-deflate", DeflateOffer()),
    ("D2", "", DeflateOffer(server_no_context_takeover=True)),
    ("D4", "client_max_window_bits", DeflateOffer()),
    ("D4", "client_max_window_bits=11", DeflateOffer(client_max_window_bits=10)),
    ("D5", "", DeflateOffer(server_max_window_bits=10)),
    ("D5", "server_max_window_bits=11", DeflateOffer(server_max_window_bits=10)),
    ("D6", "client_max_window_bits=9", DeflateOffer(client_max_window_bits=None)),
    ("D8", "client_max_window_bits=8", DeflateOffer()),
]


@pytest.mark.parametrize(
    ("answer", "ours"),
    [pytest.param(*values, id=f"{row}-client-{values[0] or 'nothing'}") for row, *values in ANSWERS_THAT_FAIL],
)
def test_invalid_answers_fail_the_connection(answer, ours):
    player = asking(deflate=ours)
    value = f"permessage-deflate; {answer}" if answer else DEFLATE
    failed = fails(player, response(player.connection, {NAME: value}), InvalidHandshake, "")
    assert failed.response.headers[NAME] == value  # shown as it came


ANSWERS = [
    ("D2", "", DeflateOffer()),
    ("D2", "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10", DeflateOffer()),
    ("D3", "server_no_context_takeover", DeflateOffer(server_no_context_takeover=True)),
    ("D4", "client_max_window_bits=9", DeflateOffer()),
    ("D4", "client_max_window_bits=10", DeflateOffer(client_max_window_bits=10)),
    ("D5", "server_max_window_bits=10", DeflateOffer(server_max_window_bits=10)),
    ("D5", "server_max_window_bits=9", DeflateOffer(server_max_window_bits=10)),
    ("D6", "", DeflateOffer(client_max_window_bits=None)),
    ("D7", "client_no_context_takeover", DeflateOffer()),
    ("D8", "server_max_window_bits=8", DeflateOffer()),
]


@pytest.mark.parametrize(
    ("answer", "ours"),
    [pytest.param(*values, id=f"{row}-client-{values[0] or 'nothing'}") for row, *values in ANSWERS],
)
def test_valid_answers_are_taken(answer, ours):
    player = asking(deflate=ours)
    value = f"permessage-deflate; {answer}" if answer else DEFLATE
    assert opens(player, response(player.connection, {NAME: value})).extensions == value


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        pytest.param("D8", {f"{end}_max_window_bits": bits}, id=f"{row}-{end}-{bits}")
        for end in ("server", "client")
        for row, bits in (("D4", 7), ("D8", 8), ("D4", 16))
    ],
)
def test_invalid_windows_of_our_own(row, fields):
    with pytest.raises(ValueError, match="between 9 and 15"):
        DeflateOffer(**fields)


@rows("D1-server")
def test_invalid_syntax_of_an_offer(role):
    """D1 and S8: what does not follow the grammar is not declined: it fails the handshake."""
    for value in ("permessage-deflate;", "permessage-deflate; server_max_window_bits=", 'permessage-deflate; x="a b"'):
        refused(request({NAME: value}), 400)
