"""事案: what is declared, found or reported of content that must not be here or has got out.

Owns incidents and how they close. Never removes content itself: it asks for its destruction.
"""
