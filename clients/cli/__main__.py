"""`python -m clients.cli` does what `kyogikai` does."""

from clients.cli.main import main

main()
