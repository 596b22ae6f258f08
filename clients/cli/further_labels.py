"""The labels that stand in files of their own, gathered for `labels`. Owns the list of them."""

from clients.cli.access_labels import ACCESS_LABELS
from clients.cli.asking_words import ASKING_LABELS
from clients.cli.closing_words import CLOSING_LABELS
from clients.cli.duty_words import DUTY_LABELS
from clients.cli.labels_of_pages import OF_PAGES
from clients.cli.labels_of_rights import OF_RIGHTS
from clients.cli.labels_of_scope import OF_SCOPE
from clients.cli.notice_labels import NOTICE_LABELS
from clients.cli.own_sign_in_words import OWN_SIGN_IN_LABELS
from clients.cli.passkey_words import PASSKEY_LABELS
from clients.cli.people_words import PEOPLE_LABELS
from clients.cli.taking_out_words import TAKING_OUT_LABELS
from clients.cli.upload_words import UPLOAD_LABELS

FURTHER = (
    ACCESS_LABELS,
    ASKING_LABELS,
    CLOSING_LABELS,
    NOTICE_LABELS,
    OF_PAGES,
    OF_RIGHTS,
    OF_SCOPE,
    OWN_SIGN_IN_LABELS,
    PASSKEY_LABELS,
    PEOPLE_LABELS,
    DUTY_LABELS,
    TAKING_OUT_LABELS,
    UPLOAD_LABELS,
)
