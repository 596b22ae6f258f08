"""What the API answers, as frozen dataclasses, one module for each domain of the server."""
