"""Councils: prepared, established, joined and left (domain.md 2 and 3).

Owns councils, their requirements, signatures, invitations and safe-management confirmations.
Memberships, seats and acknowledgements are rows of `server/access`.
"""
