"""The duty of confidentiality, acknowledged by each person for each council (BR-36).

Owns that the version in force is what is acknowledged. Which one that is: server/access/texts.py.
"""

from server.access import seats, texts
from server.access.models import Acknowledgement
from server.access.text_files import DUTY
from server.access.texts import InForce
from server.database import Tx
from server.ids import Id


def current(tx: Tx) -> InForce:
    """The version in force."""
    return texts.current(tx, DUTY)


def acknowledge(tx: Tx, council_id: Id, person_id: Id, text: str) -> Acknowledgement:
    """Record that a person acknowledges the version in force, which they have read as `text`.

    Raises NotInForce with the current one, AlreadyAcknowledged.
    """
    version = texts.check_named(tx, DUTY, text)
    return seats.acknowledge(
        tx,
        council_id,
        person_id,
        text_id=version.name,
        text_digest=version.digest,
        subject_id=council_id,
    )
