"""Create publication."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "result",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("owner_membership_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_result_council_id"), "result", ["council_id"], unique=False)
    op.create_index(op.f("ix_result_owner_id"), "result", ["owner_id"], unique=False)
    op.create_table(
        "co_owner",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_co_owner_person_id"), "co_owner", ["person_id"], unique=False)
    op.create_index(op.f("ix_co_owner_result_id"), "co_owner", ["result_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_hold_result_id"), "hold", ["result_id"], unique=False)
    op.create_table(
        "public_use_finding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("found_on", sa.String(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("meeting", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_public_use_finding_council_id"), "public_use_finding", ["council_id"], unique=False
    )
    op.create_index(
        op.f("ix_public_use_finding_result_id"), "public_use_finding", ["result_id"], unique=False
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("secrets_left_out", sa.Boolean(), nullable=False),
        sa.Column("know_how_left_out", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council_id", "number"),
        sa.UniqueConstraint("result_id"),
    )
    op.create_index(
        op.f("ix_publication_published_at"), "publication", ["published_at"], unique=False
    )
    op.create_table(
        "result_reader",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chosen_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_result_reader_result_id"), "result_reader", ["result_id"], unique=False
    )
    op.create_table(
        "revealed_secret",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("passages", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_revealed_secret_result_id"), "revealed_secret", ["result_id"], unique=False
    )
    op.create_table(
        "exception_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("requester_membership_id", sa.String(), nullable=False),
        sa.Column("requester_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("harm", sa.LargeBinary(), nullable=False),
        sa.Column("new_facts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["public_use_finding.id"],
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["requester_membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_exception_request_council_id"), "exception_request", ["council_id"], unique=False
    )
    op.create_index(
        op.f("ix_exception_request_result_id"), "exception_request", ["result_id"], unique=False
    )
    op.create_table(
        "exception_text",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("exception_id", sa.String(), nullable=False),
        sa.Column("information", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("authorised", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exception_id"],
            ["exception_request.id"],
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_exception_text_exception_id"), "exception_text", ["exception_id"], unique=False
    )
    op.create_table(
        "know_how",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("exception_id", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("holder_membership_id", sa.String(), nullable=False),
        sa.Column("information", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("review_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["exception_id"],
            ["exception_request.id"],
        ),
        sa.ForeignKeyConstraint(
            ["holder_membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result.id"],
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("exception_id"),
        sa.UniqueConstraint("round_id"),
    )
    op.create_index(op.f("ix_know_how_council_id"), "know_how", ["council_id"], unique=False)
    op.create_index(op.f("ix_know_how_result_id"), "know_how", ["result_id"], unique=False)
    op.create_table(
        "know_how_holder",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("know_how_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["know_how_id"],
            ["know_how.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_know_how_holder_know_how_id"), "know_how_holder", ["know_how_id"], unique=False
    )
    op.create_index(
        op.f("ix_know_how_holder_person_id"), "know_how_holder", ["person_id"], unique=False
    )
    op.create_table(
        "know_how_release",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("know_how_id", sa.String(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["know_how_id"],
            ["know_how.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("know_how_id"),
    )


def downgrade() -> None:
    op.drop_table("know_how_release")
    op.drop_index(op.f("ix_know_how_holder_person_id"), table_name="know_how_holder")
    op.drop_index(op.f("ix_know_how_holder_know_how_id"), table_name="know_how_holder")
    op.drop_table("know_how_holder")
    op.drop_index(op.f("ix_know_how_result_id"), table_name="know_how")
    op.drop_index(op.f("ix_know_how_council_id"), table_name="know_how")
    op.drop_table("know_how")
    op.drop_index(op.f("ix_exception_text_exception_id"), table_name="exception_text")
    op.drop_table("exception_text")
    op.drop_index(op.f("ix_exception_request_result_id"), table_name="exception_request")
    op.drop_index(op.f("ix_exception_request_council_id"), table_name="exception_request")
    op.drop_table("exception_request")
    op.drop_index(op.f("ix_revealed_secret_result_id"), table_name="revealed_secret")
    op.drop_table("revealed_secret")
    op.drop_index(op.f("ix_result_reader_result_id"), table_name="result_reader")
    op.drop_table("result_reader")
    op.drop_index(op.f("ix_publication_published_at"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_public_use_finding_result_id"), table_name="public_use_finding")
    op.drop_index(op.f("ix_public_use_finding_council_id"), table_name="public_use_finding")
    op.drop_table("public_use_finding")
    op.drop_index(op.f("ix_hold_result_id"), table_name="hold")
    op.drop_table("hold")
    op.drop_index(op.f("ix_co_owner_result_id"), table_name="co_owner")
    op.drop_index(op.f("ix_co_owner_person_id"), table_name="co_owner")
    op.drop_table("co_owner")
    op.drop_index(op.f("ix_result_owner_id"), table_name="result")
    op.drop_index(op.f("ix_result_council_id"), table_name="result")
    op.drop_table("result")
