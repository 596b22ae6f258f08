"""What becomes of content in a council that closes, as each provider decides.

Owns the decisions. Never destroys by silence: what nobody decides about is kept.
"""
