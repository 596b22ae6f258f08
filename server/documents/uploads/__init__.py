"""Uploads of many parts: begun, continued, resumed, completed, given up, swept.

Owns uploads under way. Never serves a byte: what is complete is a version like any other.
"""
