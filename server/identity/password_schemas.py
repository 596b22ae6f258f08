"""What crosses the API about passwords and one-time codes: a fallback for demonstrations."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr, StringConstraints

from server.schemas import Asked, Line, Shown

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


def _encodable(password: SecretStr) -> SecretStr:
    password.get_secret_value().encode()  # a lone surrogate is a ValueError here, not later
    return password


Password = Annotated[SecretStr, AfterValidator(_encodable)]


class PasswordSignInIn(Asked):
    """An address, its password, and the one-time code of who has set codes up."""

    email: Line
    password: Password
    code: Code | None = None


class PasswordIn(Asked):
    """The new password."""

    new: Password


class CodeIn(Asked):
    """A code that the authenticator app shows."""

    code: Code


class CodesOut(Shown):
    """The secret of an authenticator app, shown once: as text, and as the URI of a QR code."""

    secret: str
    uri: str
