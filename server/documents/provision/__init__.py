"""Provision (情報提供): drafting a secret, its scope, its recipients and its audience.

Owns what a provider states and changes of its secret, and whom that is told. Never ends a secret by
time: that is computed on read (`endings.py` in the folder above).
"""
