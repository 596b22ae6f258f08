"""A process apart: how one is started, spoken to, and what it gives up before a stranger's bytes.

`process.py` and `wire.py` are the server's side and the words between; `confine.py` and `calls.py`
run in the process itself. Knows nothing of what such a process does: pages are `server/rendering`,
papers looked through `server/inspection/apart`.
"""
