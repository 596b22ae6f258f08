"""Looking at the bytes of a file: its type by signature, malware, markings of higher regimes.

Owns what is found in bytes that pass by, and the conversation with ClamAV. Knows no document, keeps
no byte, and never decides what a finding means.
"""
