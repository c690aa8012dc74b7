"""Why did a connection end? `diagnose` weighs what `facts` measured; each `why_*` knows one kind of end.

Nouns: cause (with a strength and its evidence), step, try (what a person can do).
"""
