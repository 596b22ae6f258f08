"""What crosses the API about passkeys and fresh proofs of identity."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from server.schemas import Asked, Line, Shown, Time, Uuid

Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32768}={0,2}$")]
KeyType = Annotated[str, StringConstraints(pattern=r"^public-key$")]
Transport = Annotated[str, StringConstraints(max_length=50)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,63}$")]
Thing = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}/[A-Za-z0-9._-]{1,64}$")]


class Answered(BaseModel):
    """Base of what a browser's authenticator answers (`PublicKeyCredential.toJSON()`, WebAuthn 3):
    members this server does not know are passed over, as the standard grows.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


class CreatedResponseIn(Answered):
    """AuthenticatorAttestationResponseJSON."""

    client_data: Base64Url = Field(alias="clientDataJSON")
    attestation: Base64Url = Field(alias="attestationObject")
    transports: list[Transport] = Field([], max_length=20)


class SignedResponseIn(Answered):
    """AuthenticatorAssertionResponseJSON."""

    client_data: Base64Url = Field(alias="clientDataJSON")
    authenticator_data: Base64Url = Field(alias="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url | None = Field(None, alias="userHandle")


class CredentialPropertiesIn(Answered):
    """Whether the authenticator keeps the key itself (`credProps`, WebAuthn 10.1.3)."""

    rk: bool | None = None


class ExtensionResultsIn(Answered):
    """What extensions say."""

    cred_props: CredentialPropertiesIn | None = Field(None, alias="credProps")


class CreatedCredentialIn(Answered):
    """RegistrationResponseJSON: the answer of `navigator.credentials.create()`."""

    id: Base64Url
    raw_id: Base64Url = Field(alias="rawId")
    type: KeyType
    response: CreatedResponseIn
    extensions: ExtensionResultsIn | None = Field(None, alias="clientExtensionResults")

    def plain(self) -> dict[str, Any]:
        """As JSON of WebAuthn again."""
        return self.model_dump(by_alias=True, exclude_none=True)


class SignedCredentialIn(Answered):
    """AuthenticationResponseJSON: the answer of `navigator.credentials.get()`."""

    id: Base64Url
    raw_id: Base64Url = Field(alias="rawId")
    type: KeyType
    response: SignedResponseIn

    def plain(self) -> dict[str, Any]:
        """As JSON of WebAuthn again."""
        return self.model_dump(by_alias=True, exclude_none=True)


class CeremonyOut(Shown):
    """What to hand to the browser, and the challenge to name with its answer.

    `options` are for `PublicKeyCredential.parseCreationOptionsFromJSON` (to make a passkey) or
    `parseRequestOptionsFromJSON` (to sign); they are good for one answer until `expires_at`.
    """

    challenge: Uuid
    options: dict[str, Any]
    expires_at: Time


class LinkIn(Asked):
    """A one-time link's token."""

    link: Line


class EnrolIn(Asked):
    """A one-time link's token, and the first passkey with the name its person gives it."""

    link: Line
    challenge: Uuid
    name: Line
    credential: CreatedCredentialIn


class PasskeySignInIn(Asked):
    """A signed challenge. No account is named: the authenticator says whose the passkey is."""

    challenge: Uuid
    credential: SignedCredentialIn


class PasskeyIn(Asked):
    """A further passkey, with the name its person gives it."""

    challenge: Uuid
    name: Line
    credential: CreatedCredentialIn


class PasskeyNameIn(Asked):
    """Another name for a passkey."""

    name: Line


class PasskeyOut(Shown):
    """One of the caller's passkeys. `device_bound`: it cannot leave its device; `backed_up`: it has
    been copied elsewhere, by the authenticator's own account. `model` is its AAGUID.
    """

    id: Uuid
    name: str
    device_bound: bool
    backed_up: bool
    model: str
    transports: list[str]
    added_at: Time
    last_used_at: Time | None


class PasskeysOut(Shown):
    """The caller's passkeys."""

    items: list[PasskeyOut]


class StepUpOptionsIn(Asked):
    """For which act on which thing: as `step_up_needed` names them, or as another session of one's
    own asks (`request`). `device_bound`: only by a passkey that cannot leave its device.
    """

    action: Word | None = None
    thing: Thing | None = None
    request: Uuid | None = None
    device_bound: bool = False

    @model_validator(mode="after")
    def _one_act(self) -> "StepUpOptionsIn":
        if self.request is None and (self.action is None or self.thing is None):
            raise ValueError("action and thing, or request, is needed")
        return self


class StepUpIn(Asked):
    """A signed challenge of a step-up."""

    challenge: Uuid
    credential: SignedCredentialIn


class StepUpOut(Shown):
    """What was proved, and this session's new token, shown once: the token before is worth nothing
    from now on. `token` is null where the proof is another session's (`request`).
    """

    token: str | None
    person: Uuid
    expires_at: Time
    action: str
    thing: str
    device_bound: bool


class StepUpRequestIn(Asked):
    """For which act on which thing, as `step_up_needed` names them."""

    action: Word
    thing: Thing


class StepUpRequestOut(Shown):
    """What one of the caller's sessions asks them to confirm: `current`, whether it is this one;
    `agent` is what the asking session's program calls itself.
    """

    id: Uuid
    action: str
    thing: str
    state: Literal["waiting", "done", "expired"]
    current: bool
    agent: str | None
    made_at: Time
    expires_at: Time


class StepUpRequestsOut(Shown):
    """What waits to be confirmed."""

    items: list[StepUpRequestOut]
