"""Which connections of the corpus have a real peer, or something real between? nginx, HAProxy, Node, Chromium."""

from __future__ import annotations

from helpers.corpus import middle_boxes as boxes
from helpers.corpus import middle_clients as clients
from helpers.corpus import middle_node as node
from helpers.corpus.middle_programs import where
from helpers.node_peers import missing

BETWEEN = [*boxes.NGINX, *boxes.HAPROXY, *boxes.AGE]  #: what is between makes these what they are
PEERS = [*node.CLOSED, *node.LOST, *clients.BROWSER, *clients.PROGRAMS]
CASES = [*BETWEEN, *PEERS]


def lack() -> str:
    """Name what these cases need and this system has not; "" when it is complete."""
    programs = [f"{name} is not installed" for name in ("nginx", "haproxy") if where(name) is None]
    return ", ".join(programs + [what for peer in ("ws", "undici", "chromium") if (what := missing(peer))])
