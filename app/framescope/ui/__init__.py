"""The window: widgets that show a trace and emit intents as signals.

PySide6 lives here and in `gui.py` only; running connections are reached through `probe`.
"""
