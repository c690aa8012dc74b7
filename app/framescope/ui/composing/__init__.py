"""Where a person writes: a message, its opcode, and the Close with its code."""
