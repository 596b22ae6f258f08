"""Key versions, wraps and sealed fields.

Owns the table `key_version`. The provider's root keys are `server/keyring.py`'s; content keys are
unwrapped only for the guard (`server/access/content.py`).
"""
