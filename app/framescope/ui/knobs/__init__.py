"""The four knobs: dial, field and live line of each, the strip they stand in, and the same values as code."""
