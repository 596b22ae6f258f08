"""The operations of the API, each described once, one module for each domain of the server.

A function is named after its `operationId`, in snake case, and returns a `Call`.
"""
