"""Which connections of the corpus are ended or kept from opening on purpose, by real peers and on loopback?"""

from __future__ import annotations

from helpers import corpus_cut_servers, corpus_cut_ways

CASES = [*corpus_cut_servers.CASES, *corpus_cut_ways.CASES]
