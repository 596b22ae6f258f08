"""The field types of the shipped registry: which texts are an id, a date, a source.

Owns the spelling of registry ids and of provenance. Nothing here reads or checks a file.
"""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, StringConstraints

STRICT = ConfigDict(extra="forbid")


def _in_the_calendar(text: str) -> str:
    date.fromisoformat(text)
    return text


Words = Annotated[str, StringConstraints(min_length=1)]
OrganisationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
VisionId = Annotated[str, StringConstraints(pattern=r"^V[0-9]{1,3}$")]
TechnologyId = Annotated[str, StringConstraints(pattern=r"^T-[A-Z]{3}-[0-9]{2,3}$")]
ConceptId = Annotated[str, StringConstraints(pattern=r"^C-[0-9A-Z]{2,8}-[0-9]{2}$")]
AmbiguityId = Annotated[str, StringConstraints(pattern=r"^A[0-9]{2,3}$")]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_in_the_calendar),
]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
SourceFile = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}_[0-9a-f]{16}\.txt$")]
SourceNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
