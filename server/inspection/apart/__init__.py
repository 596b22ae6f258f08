"""Looking for markings in PDF and Office files, in a process of its own for each file.

Everything here but the words parses what strangers wrote, and runs in that process alone
(`python -m server.inspection.apart`), which gives up files, network and programs before it sees a
byte (server/confinement/confine.py). It says one word and ends: no file is there beside another.
"""
