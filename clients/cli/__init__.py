"""`kyogikai`, the command for people: a thin skin over the SDK."""
