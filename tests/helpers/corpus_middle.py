"""Which connections of the corpus have a real peer, or something real between? nginx, HAProxy, Node, Chromium."""

from __future__ import annotations

from helpers import corpus_middle_boxes as boxes
from helpers import corpus_middle_clients as clients
from helpers import corpus_middle_node as node
from helpers.diagnosis_corpus import Case

CASES: list[Case] = [
    *boxes.NGINX,
    *boxes.HAPROXY,
    *boxes.AGE,
    *node.CLOSED,
    *node.LOST,
    *clients.BROWSER,
    *clients.PROGRAMS,
]
