"""Which connections of the corpus have a real peer, or something real between? nginx, HAProxy, Node, Chromium."""

from __future__ import annotations

from helpers.diagnosis_corpus import Case

CASES: list[Case] = []
