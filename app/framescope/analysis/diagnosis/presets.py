"""Which middlebox cuts after how long? Known time limits, by vendors' documents and users' reports."""

from __future__ import annotations

from typing import NamedTuple


class Preset(NamedTuple):
    """A known limit in seconds. `is_life`: it counts the connection's age, not its idleness."""

    name: str
    seconds: float
    is_life: bool = False
    is_silent: bool = False  #: it tells neither end
    counts_messages_only: bool = False  #: control frames, and so pings, do not restart its timer


PRESETS = (
    Preset("nginx", 60),
    Preset("AWS load balancers", 60),
    Preset("AWS NLB", 350, is_silent=True),
    Preset("AWS API Gateway", 600),
    Preset("AWS API Gateway", 7200, is_life=True),
    Preset("Google external ALB", 30, is_life=True),
    Preset("Cloud Run", 300, is_life=True),
    Preset("Cloud Run", 3600, is_life=True),
    Preset("Azure Load Balancer", 240, is_silent=True),
    Preset("Azure Front Door", 300),
    Preset("Azure Front Door", 14_400, is_life=True),
    Preset("Heroku", 55),
    Preset("Traefik", 180),
    Preset("HAProxy", 3600),
    Preset("Cloudflare", 100),
    Preset("Envoy", 300),
    Preset("Helius", 600, counts_messages_only=True),
)
#: After so many seconds of silence the first known middlebox has forgotten a connection, and tells nobody.
FORGETS = min(preset.seconds for preset in PRESETS if preset.is_silent)
#: A cut is near a preset when it is off by no more than this share, or this many seconds.
_SHARE, _SECONDS = 0.02, 1.0


def near(seconds: float, *, is_life: bool) -> list[Preset]:
    """Return the presets that a measured time fits: since the last byte, or of age, to an end that both ends see."""
    return [
        preset
        for preset in PRESETS
        if preset.is_life is is_life
        and not (preset.is_silent or preset.counts_messages_only)
        and abs(seconds - preset.seconds) <= max(_SECONDS, _SHARE * preset.seconds)
    ]
