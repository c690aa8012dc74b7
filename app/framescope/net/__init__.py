"""asyncio around the engine: sockets, TLS, deadlines, and the public connection API.

Nouns: driver, tap, connection, server. Knows nothing of captures and nothing of Qt.
"""
