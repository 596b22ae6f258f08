"""情報の求め: anyone may ask for information or to be added; the member asked answers.

Owns requests and their answers. Never tells the asker whether a document exists.
"""
