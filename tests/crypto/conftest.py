"""How these tests are run. Owns no test."""

from hypothesis import settings

# A loaded machine is not a failure: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
