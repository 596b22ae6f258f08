"""Content: versions, their sealed parts, bytes in and out, and reading them again.

Owns versions and findings, the manifest, what is measured and limited. Never decides who may have
the bytes: every transfer is the guard's.
"""
