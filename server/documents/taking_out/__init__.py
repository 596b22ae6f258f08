"""Content that leaves: downloads, marked copies, archives, hand-over by age.

Owns the answers that carry bytes out. Never decides who may: every paper in an archive is its own
decided transfer.
"""
