"""The timeline: lanes of frames, the keepalive channel, flags, states, round trips, and the overview beneath.

`panel` is what the window holds, `canvas` the widget that paints; `viewport`, `bands`, `pick` and the like know no Qt.
"""
