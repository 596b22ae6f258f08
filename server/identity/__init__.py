"""Organisations, persons with dated affiliation, and how a person proves who they are.

Owns credentials, sessions, tokens and enrolment links. Never decides what anyone may do. Nobody
can obtain, set or reset a credential for an existing person but that person. Passkeys and
organisations' own sign-in get files of their own here (`passkeys.py`, `oidc.py`).
"""
