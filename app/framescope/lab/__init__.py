"""The lab: two real engine endpoints and a modelled network, on a clock that the program turns.

Nouns: Scenario (what is set up and what happens when), Run (a scenario played), Endpoint, Application, Flight.
May import session, analysis, capture and engine; opens no socket and reads no clock.
"""
