"""Telling people what waits for them: a queue, e-mail, calendar files. Sending only.

Owns no fact and no deadline: what is told is read off the logs and off the state that the domains
compute. No mail holds a title, a content, a reason or a person's name (docs/notices.md).
"""
