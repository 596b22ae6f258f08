"""The one failure of this package. Owns nothing else."""


class Unverified(Exception):
    """Bytes that came from outside do not prove what they claim.

    The message names what could not be verified and never carries secret data, so it may be
    logged. A mistake of our own code (a key of the wrong length) is a `ValueError` instead.
    """
