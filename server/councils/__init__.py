"""Councils: prepared, established, joined and left (ACT 62, 63).

Owns councils, their requirements, signatures, invitations and safe-management confirmations.
Memberships, seats and acknowledgements are rows of `server/access`.
"""
