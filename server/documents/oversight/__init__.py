"""Watching over documents: suspension, conflicts of interest, readers, alarms.

Owns what compliance officers do and are told. Never shows them content.
"""
