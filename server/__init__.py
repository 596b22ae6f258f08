"""The Kyogikai server: councils, documents, consents, publication, and the log that proves them.

Begin with `app.py` (what is mounted), then `access/guard.py` (the one way in), then any domain
folder: each holds `models.py schemas.py service.py endpoints.py` and, where it owns guarded
things, `kinds.py`. The order of imports is written in `tests/test_boundaries.py`.
"""
