"""What was seen: bytes in the order in which they passed, and a fixed-size index over them.

Nouns: record, stream, index, piece, anchor. Rows, never behaviour. May import `engine` only.
The format is written down in FORMAT.md beside this file. Nothing is re-exported: whoever imports
`capture.writer` must not get numpy with it, which `capture.reader` needs.
"""
