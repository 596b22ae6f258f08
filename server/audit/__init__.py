"""The logs: entries in order, the tree over them, and the checkpoints that commit to it.

Owns the tables `log`, `entry`, `subtree`, `checkpoint` and `ending`. Nothing else writes them,
nothing updates an entry, and nothing deletes from them.
"""
