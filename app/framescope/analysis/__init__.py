"""Pure functions and values over a capture: what do its records mean?

Nouns: trace (one connection, read so far), exchange (a ping and its pong). No I/O but the reader's.
"""
