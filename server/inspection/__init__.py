"""Looking at the bytes of a file: its type by signature, malware, markings of higher regimes.

Owns what is found in bytes that pass by, the conversation with ClamAV, and the process apart that
looks through PDF and Office files (`apart`). Knows no document, keeps no byte once it was looked
at, and never decides what a finding means.
"""
