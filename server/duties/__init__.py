"""守秘義務の台帳: which secrets a person opened, until when the duty stands, what was returned.

Owns duty links and return certificates. Never ends a duty: the law does (ACT 62(7)).
"""
