"""The lab's page: lessons, a run with its controls, the sequence of frames between both ends, and the question."""
