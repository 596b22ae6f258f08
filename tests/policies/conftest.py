"""The policy as the server loads it."""

import pytest

from server.access import policy
from server.access.policy import Policy
from server.app import KINDS
from server.settings import HERE


@pytest.fixture(scope="session")
def shipped() -> Policy:
    return policy.load(HERE / "policies", KINDS)
