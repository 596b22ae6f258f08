"""Clients of Kyogikai: `sdk` for programs, `cli` for people.

They know the server by its API only.
"""
