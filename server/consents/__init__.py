"""Rounds: one question, one roster, answers attested by step-up, one outcome.

Owns what "everyone agreed to exactly this" means. Knows no subject: who asks about a publication
is `server/publication`, which opens rounds here and declares in `effects.py` what an agreement
brings about.
"""
