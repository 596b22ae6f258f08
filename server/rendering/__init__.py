"""Pages of files as images with a mark in their pixels, made by one process apart.

`renderer.py` and `fonts.py` are for the server; everything else runs in the process apart
(`python -m server.rendering`), which parses what strangers wrote and is therefore shut in
(`server/confinement`). It knows bytes, pages and lines of text: no council, no document, no right.
"""
