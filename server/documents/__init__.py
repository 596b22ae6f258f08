"""Documents and provided secrets. In this folder stands what every room below it knows: the rows,
the guarded kind and its states, handling, how a period ends, that content is destroyed.

Owns the states of a document. Never moves a byte of content, and imports none of its rooms; their
order is written in tests/test_boundaries.py. `checks`, `schemas`, `views` and `endpoints` are the
roof: a document as it is shown.
"""
