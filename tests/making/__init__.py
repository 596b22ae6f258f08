"""Making the things of each domain, by its services."""
