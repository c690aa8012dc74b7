"""How does a program configure permessage-deflate? By the factories of `websockets`, or by a `DeflateOffer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from framescope.engine.deflate import NAME, DeflateOffer
from framescope.net.types import ExtensionName

#: What `compress_settings` may hold, by the names of zlib.compressobj.
_SETTINGS = {"level": "level", "memLevel": "memory_level"}


class ClientPerMessageDeflateFactory:
    """What a client offers. Raises ValueError for what cannot be offered."""

    name = ExtensionName(NAME)

    def __init__(
        self,
        server_no_context_takeover: bool = False,
        client_no_context_takeover: bool = False,
        server_max_window_bits: int | None = None,
        client_max_window_bits: int | Literal[True] | None = True,
        compress_settings: dict[str, Any] | None = None,
    ) -> None:
        self.server_no_context_takeover = server_no_context_takeover
        self.client_no_context_takeover = client_no_context_takeover
        self.server_max_window_bits = server_max_window_bits
        self.client_max_window_bits = client_max_window_bits
        self.compress_settings = compress_settings
        self.offer = DeflateOffer(
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
            **_settings(compress_settings, "client_max_window_bits"),
        )


class ServerPerMessageDeflateFactory:
    """What a server agrees to. Raises ValueError for what it cannot do."""

    name = ExtensionName(NAME)

    def __init__(  # noqa: PLR0917 - as in websockets
        self,
        server_no_context_takeover: bool = False,
        client_no_context_takeover: bool = False,
        server_max_window_bits: int | None = None,
        client_max_window_bits: int | None = None,
        compress_settings: dict[str, Any] | None = None,
        require_client_max_window_bits: bool = False,
    ) -> None:
        if require_client_max_window_bits and client_max_window_bits is None:
            raise ValueError("require_client_max_window_bits is enabled, but client_max_window_bits isn't configured")
        self.server_no_context_takeover = server_no_context_takeover
        self.client_no_context_takeover = client_no_context_takeover
        self.server_max_window_bits = server_max_window_bits
        self.client_max_window_bits = client_max_window_bits
        self.compress_settings = compress_settings
        self.require_client_max_window_bits = require_client_max_window_bits
        self.offer = DeflateOffer(
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
            must_limit_client=require_client_max_window_bits,
            **_settings(compress_settings, "server_max_window_bits"),
        )


Deflate: TypeAlias = DeflateOffer | ClientPerMessageDeflateFactory | ServerPerMessageDeflateFactory


def chosen_deflate(
    extensions: Sequence[Deflate] | None, compression: str | None, default: DeflateOffer
) -> DeflateOffer | None:
    """Return the one extension there is, with its own settings or the default ones; None for none.

    Raises ValueError for another compression, TypeError for another extension.
    """
    if compression not in ("deflate", None):
        raise ValueError(f"unsupported compression: {compression}")
    if not extensions:
        return default if compression == "deflate" else None
    for extension in extensions:
        if not isinstance(extension, Deflate):
            raise TypeError(f"only permessage-deflate is supported, not {extension!r}")
    first = extensions[0]
    return first if isinstance(first, DeflateOffer) else first.offer


def _settings(given: dict[str, Any] | None, instead: str) -> dict[str, Any]:
    settings = given or {}
    if "wbits" in settings:
        raise ValueError(f"compress_settings must not include wbits, set {instead} instead")
    if unknown := settings.keys() - _SETTINGS.keys():
        raise ValueError(f"compress_settings takes level and memLevel, not {', '.join(sorted(unknown))}")
    return {_SETTINGS[name]: value for name, value in settings.items()}
