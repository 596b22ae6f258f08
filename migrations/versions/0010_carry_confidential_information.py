"""Carry confidential information from provision to its end."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("text_version", schema=None) as batch_op:
        batch_op.create_index(
            "text_in_force", ["text_id", "effective_at", "version", "name"], unique=False
        )

    op.create_table(
        "council_closing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("announced_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announced_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("council_closing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_closing_council_id"), ["council_id"], unique=False
        )

    op.create_table(
        "daily_download",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("nearly_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "day"),
    )
    op.create_table(
        "duty_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_id"),
    )
    with op.batch_alter_table("duty_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "council_closed",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("closing_id", sa.String(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["council_closing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council_id"),
    )
    op.create_table(
        "cooperation_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asks_for", sa.String(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("cooperation_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cooperation_request_council_id"), ["council_id"], unique=False
        )

    op.create_table(
        "information_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("wanted", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("heard_of", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_information_request_council_id"), ["council_id"], unique=False
        )

    op.create_table(
        "return_certificate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("documents", sa.String(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("return_certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_return_certificate_membership_id"), ["membership_id"], unique=False
        )

    op.create_table(
        "cooperation_addressee",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["cooperation_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "membership_id", "organisation_id"),
    )
    with op.batch_alter_table("cooperation_addressee", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cooperation_addressee_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "disposition",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("closing_id", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("received", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["council_closing.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("disposition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disposition_council_id"), ["council_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_disposition_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "handling",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["set_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("handling", schema=None) as batch_op:
        batch_op.create_index("handling_by_document", ["document_id", "log_seq"], unique=False)

    op.create_table(
        "request_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["information_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id"),
    )
    op.create_table(
        "requested_person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["information_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "person_id"),
    )
    with op.batch_alter_table("requested_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requested_person_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "safe_management_lapse",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=False),
        sa.Column("confirmation_id", sa.String(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["safe_management_confirmation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("confirmation_id"),
    )
    with op.batch_alter_table("safe_management_lapse", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_safe_management_lapse_membership_id"), ["membership_id"], unique=False
        )

    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_council_id"), ["council_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_document_id"), ["document_id"], unique=False)

    op.create_table(
        "cooperation_reply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("addressee_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("replied_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id"],
            ["cooperation_addressee.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["replied_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["cooperation_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("addressee_id"),
    )
    with op.batch_alter_table("cooperation_reply", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cooperation_reply_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "destruction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("disposition_id", sa.String(), nullable=True),
        sa.Column("contents", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["disposition.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id"),
    )
    with op.batch_alter_table("destruction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_destruction_council_id"), ["council_id"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("version_id", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_council_id"), ["council_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_document_id"), ["document_id"], unique=False)

    op.create_table(
        "upload_part",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("upload_id", "start"),
    )
    with op.batch_alter_table("upload_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_part_upload_id"), ["upload_id"], unique=False)

    op.create_table(
        "incident_closing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("done", sa.LargeBinary(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("incident_id"),
    )
    with op.batch_alter_table("document", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_council_id"))
        batch_op.create_index("document_by_council", ["council_id", "id"], unique=False)

    with op.batch_alter_table("entry", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("mark", sa.LargeBinary(), nullable=True))
        batch_op.create_index(batch_op.f("ix_entry_mark"), ["mark"], unique=False)

    with op.batch_alter_table("period", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("event", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_period_document_id"))
        batch_op.create_index("period_by_document", ["document_id", "log_seq"], unique=False)

    with op.batch_alter_table("recipient", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("reason", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_recipient_person_id"))
        batch_op.create_index("recipient_by_person", ["person_id", "document_id"], unique=False)

    with op.batch_alter_table("safe_management_confirmation", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("checklist_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("checklist_digest", sa.String(), nullable=True))

    with op.batch_alter_table("version", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("size", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("origin_id", sa.String(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_version_document_id"))
        batch_op.create_index("version_by_document", ["document_id", "log_seq"], unique=False)
        batch_op.create_index("version_stored", ["council_id", "origin_id", "size"], unique=False)
        batch_op.create_index(
            "version_uploaded", ["created_by", "recorded_at", "origin_id", "size"], unique=False
        )

    with op.batch_alter_table("version_finding", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("measured", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("detected", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("scan", sa.String(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_version_finding_version_id"))
        batch_op.create_index("finding_by_version", ["version_id", "log_seq"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("version_finding", recreate="never") as batch_op:
        batch_op.drop_index("finding_by_version")
        batch_op.create_index(
            batch_op.f("ix_version_finding_version_id"), ["version_id"], unique=False
        )
        batch_op.drop_column("scan")
        batch_op.drop_column("detected")
        batch_op.drop_column("measured")

    with op.batch_alter_table("version", recreate="never") as batch_op:
        batch_op.drop_index("version_uploaded")
        batch_op.drop_index("version_stored")
        batch_op.drop_index("version_by_document")
        batch_op.create_index(batch_op.f("ix_version_document_id"), ["document_id"], unique=False)
        batch_op.drop_column("origin_id")
        batch_op.drop_column("size")

    with op.batch_alter_table("safe_management_confirmation", recreate="never") as batch_op:
        batch_op.drop_column("checklist_digest")
        batch_op.drop_column("checklist_name")

    with op.batch_alter_table("recipient", recreate="never") as batch_op:
        batch_op.drop_index("recipient_by_person")
        batch_op.create_index(batch_op.f("ix_recipient_person_id"), ["person_id"], unique=False)
        batch_op.drop_column("reason")

    with op.batch_alter_table("period", recreate="never") as batch_op:
        batch_op.drop_index("period_by_document")
        batch_op.create_index(batch_op.f("ix_period_document_id"), ["document_id"], unique=False)
        batch_op.drop_column("event")

    with op.batch_alter_table("entry", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_mark"))
        batch_op.drop_column("mark")

    with op.batch_alter_table("document", recreate="never") as batch_op:
        batch_op.drop_index("document_by_council")
        batch_op.create_index(batch_op.f("ix_document_council_id"), ["council_id"], unique=False)

    op.drop_table("incident_closing")
    with op.batch_alter_table("upload_part", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_part_upload_id"))

    op.drop_table("upload_part")
    with op.batch_alter_table("incident", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_document_id"))
        batch_op.drop_index(batch_op.f("ix_incident_council_id"))

    op.drop_table("incident")
    with op.batch_alter_table("destruction", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_destruction_council_id"))

    op.drop_table("destruction")
    with op.batch_alter_table("cooperation_reply", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_cooperation_reply_request_id"))

    op.drop_table("cooperation_reply")
    with op.batch_alter_table("upload", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_document_id"))
        batch_op.drop_index(batch_op.f("ix_upload_council_id"))

    op.drop_table("upload")
    with op.batch_alter_table("safe_management_lapse", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_safe_management_lapse_membership_id"))

    op.drop_table("safe_management_lapse")
    with op.batch_alter_table("requested_person", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_requested_person_request_id"))

    op.drop_table("requested_person")
    op.drop_table("request_answer")
    with op.batch_alter_table("handling", recreate="never") as batch_op:
        batch_op.drop_index("handling_by_document")

    op.drop_table("handling")
    with op.batch_alter_table("disposition", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_disposition_document_id"))
        batch_op.drop_index(batch_op.f("ix_disposition_council_id"))

    op.drop_table("disposition")
    with op.batch_alter_table("cooperation_addressee", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_cooperation_addressee_request_id"))

    op.drop_table("cooperation_addressee")
    with op.batch_alter_table("return_certificate", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_certificate_membership_id"))

    op.drop_table("return_certificate")
    with op.batch_alter_table("information_request", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_information_request_council_id"))

    op.drop_table("information_request")
    with op.batch_alter_table("cooperation_request", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_cooperation_request_council_id"))

    op.drop_table("cooperation_request")
    op.drop_table("council_closed")
    with op.batch_alter_table("duty_link", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_link_person_id"))

    op.drop_table("duty_link")
    op.drop_table("daily_download")
    with op.batch_alter_table("council_closing", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_closing_council_id"))

    op.drop_table("council_closing")
    with op.batch_alter_table("text_version", recreate="never") as batch_op:
        batch_op.drop_index("text_in_force")

    op.drop_table("text_version")
