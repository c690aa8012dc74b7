"""The status bar: one line of figures about the connection and the probe."""
