"""Framescope, the oscilloscope for WebSocket connections."""

__version__ = "0.1.0"
