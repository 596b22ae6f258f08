"""Documents and provided secrets: who may read what, until when, and the sealed bytes themselves.

Owns documents, versions and their content, the scope of a provided secret, and its end.
"""
