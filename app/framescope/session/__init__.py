"""The running connections, without a screen: connect, serve, obey, and record what happens.

Nouns: session, options, demo. May import `net`, `capture`, `analysis` and `engine`.
"""
