"""What a council does in its affairs: so far the cooperation it asks for (ACT 62(6)).

Owns requests for cooperation and what they came to. Agenda, minutes and undertakings have their
place here and are not built yet.
"""
