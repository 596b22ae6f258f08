"""What somebody declares of content before it comes in: designated secrets are refused (BR-50).

Owns the refusal, which opens an incident. Never looks at the content itself: `server/inspection`
does.
"""

from server.access.grant import Grant
from server.access.leaving import LeavesFacts
from server.database import Tx
from server.documents.incidents import service as incidents
from server.ids import Id


class DesignatedSecret(LeavesFacts):
    """BR-50: the refusal opens an incident."""

    status, code = 422, "incident_designated_secret"
    ja = (
        "重要経済安保情報・特定秘密はこのサーバーで扱えません。内容を送らず、"
        "情報管理責任者に直ちに連絡してください（事案として記録しました）。"
    )
    en = (
        "Designated secrets must never enter this server. Send nothing, and tell your "
        "information officer now (recorded as an incident)."
    )

    def __init__(self, council_id: Id, person_id: Id) -> None:
        super().__init__()
        self._council_id, self._person_id = council_id, person_id

    def leave(self, tx: Tx) -> None:
        """The incident."""
        incidents.open_declared(tx, self._council_id, self._person_id)


def check_declared(grant: Grant, *, contains_designated_secret: bool) -> None:
    """Raises DesignatedSecret (BR-50)."""
    if contains_designated_secret:
        raise DesignatedSecret(grant.council_id, grant.person_id)
