"""`kyogikai`, the command for people: a thin skin over the SDK."""

VERSION = "0.1.0"
