"""What crosses the API about organisations' own sign-in."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from server.schemas import Asked, Line, RegistryId, Shown, Time, Uuid

# What passes through a browser's address: printable ASCII (RFC 6749, appendix A).
Visible = Annotated[
    str, StringConstraints(min_length=1, max_length=2048, pattern=r"^[\x20-\x7e]+$")
]


class ProviderOut(Shown):
    """A sign-in service of an organisation."""

    id: str
    name_ja: str
    name_en: str


class ProvidersOut(Shown):
    """Where one can sign in besides here, in the operator's order; and whether `passwords` are
    taken here, for reading (in demonstrations only).
    """

    items: list[ProviderOut]
    passwords: bool


class BeginSignInIn(Asked):
    """Where to sign in; `link` is an invitation's token, which links the account to the invited."""

    provider: RegistryId
    link: Line | None = None


class FlowOut(Shown):
    """Keep `flow` in this browser, out of reach of scripts, and go to `authorization_url`.

    The answer comes to `/sign-in/callback`, until `expires_at`.
    """

    authorization_url: str
    flow: str
    expires_at: Time


class CompleteSignInIn(Asked):
    """The provider's answer as the browser received it: `code` or `error`, and the flow begun."""

    flow: Line
    state: Visible
    code: Visible | None = None
    iss: Visible | None = None
    error: Visible | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.error is None):
            raise ValueError("either code or error is needed")
        return self


class AddLinkIn(Asked):
    """A further sign-in service for who is signed in."""

    provider: RegistryId


class ProviderLinkOut(Shown):
    """An account of an organisation by which I sign in; `provider` null where it is no longer
    among those configured.
    """

    id: Uuid
    provider: str | None
    issuer: str
    subject: str
    since: Time


class ProviderLinksOut(Shown):
    """The accounts by which I sign in."""

    items: list[ProviderLinkOut] = Field(default_factory=list)
