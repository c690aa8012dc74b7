"""The probe: a process (or an object) that owns the sockets and obeys typed commands over a link.

Nouns: command, answer, host, link. Everything that has a time travels in the capture, not here.
"""
