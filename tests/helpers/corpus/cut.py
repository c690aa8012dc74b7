"""Which connections of the corpus are ended or kept from opening on purpose, by real peers and on loopback?"""

from __future__ import annotations

from helpers.corpus import cut_servers, cut_ways

CASES = [*cut_servers.CASES, *cut_ways.CASES]
