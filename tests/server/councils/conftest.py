"""A council established, and one just prepared with its parties."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council, parties, prepared_council


@dataclass(frozen=True)
class Prepared:
    """A council of C-2212A-02 before establishment, and who is to be who in it."""

    id: str
    who: Mapping[str, Caller]

    def read(self, name: str = "secretariat") -> Any:
        """The council as `name` sees it."""
        answer = self.who[name].get(f"/councils/{self.id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def admission(self, category: str) -> Any:
        """The admission of this category, as the secretariat sees it."""
        answer = self.who["secretariat"].get(f"/councils/{self.id}/admissions?limit=200").json()
        return next(a for a in answer["items"] if a["category"] == category)

    def record(self, requirement: str, *, met: bool = True) -> Any:
        """The secretariat records a requirement."""
        asked = {"requirement": requirement, "met": met, "basis": "根拠（架空）"}
        return self.who["secretariat"].post(f"/councils/{self.id}/requirements", asked)

    def consent(self) -> Any:
        """The PD consents."""
        admission = self.admission("program_director")
        path = f"/admissions/{admission['id']}/consent"
        return self.who["pd"].post(path, {"digest": admission["digest"]})

    def sign(self, name: str, digest: str | None = None) -> Any:
        """An official signs what stands now, or what `digest` names."""
        shown = digest or self.read()["establishment"]["digest"]
        return self.who[name].post(f"/councils/{self.id}/signatures", {"digest": shown})


REQUIREMENTS = (
    "designated_fund",
    "representative_consent",
    "support_appropriate",
    "safe_management",
)


@pytest.fixture
def made(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def prepared(world: World) -> Prepared:
    _, who = parties(world)
    return Prepared(prepared_council(world, who), who)


@pytest.fixture
def ready(prepared: Prepared) -> Prepared:
    """Everything but the signatures."""
    for requirement in REQUIREMENTS:
        assert prepared.record(requirement).status_code == 201
    assert prepared.consent().status_code == 200
    return prepared
