"""Say who they are: passkeys, providers, rules, notices. Everybody signs in anew."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions of before say not how they began: everybody signs in anew.
    op.execute(sa.text("DELETE FROM session"))
    op.create_table(
        "attempts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("random", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("thing", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "council_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("comment_days", sa.Integer(), nullable=True),
        sa.Column("review_days", sa.Integer(), nullable=True),
        sa.Column("networks", sa.String(), nullable=True),
        sa.Column("device_bound", sa.Boolean(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("council_rule", schema=None) as batch_op:
        batch_op.create_index("council_rule_by_council", ["council_id", "log_seq"], unique=False)

    op.create_table(
        "known_network",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("known_network", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_network_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "logout_notice",
        sa.Column("jti_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("jti_digest"),
    )
    with op.batch_alter_table("logout_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_logout_notice_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "oidc_flow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("enrolment_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("oidc_flow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_flow_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "policy_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("grants", sa.String(), nullable=False),
        sa.Column("actions", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_version_digest"), ["digest"], unique=False)

    op.create_table(
        "step_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("passkey_id", sa.String(), nullable=False),
        sa.Column("device_bound", sa.Boolean(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("step_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_up_session_id"), ["session_id"], unique=False)

    op.create_table(
        "token_use",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_id"),
    )
    op.create_table(
        "authorisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("computer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_id"),
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorisation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.String(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("letter", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "topic", "source", "stage"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_letter"), ["letter"], unique=False)
        batch_op.create_index("notice_by_person", ["person_id", "id"], unique=False)
        batch_op.create_index("notice_due", ["due_at"], unique=False)

    op.create_table(
        "notice_cursor",
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rights_epoch", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log_id"],
            ["log.id"],
        ),
        sa.PrimaryKeyConstraint("log_id"),
    )
    op.create_table(
        "notice_preference",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("aaguid", sa.String(), nullable=False),
        sa.Column("transports", sa.String(), nullable=False),
        sa.Column("backup_eligible", sa.Boolean(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), nullable=True),
        sa.Column("attestation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id"),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_person_id"), ["person_id"], unique=False)

    op.create_table(
        "step_up_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("step_up_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_step_up_request_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_step_up_request_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "code_use",
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credential.id"],
        ),
        sa.PrimaryKeyConstraint("credential_id"),
    )
    op.create_table(
        "oidc_session",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sid_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
        ),
        sa.PrimaryKeyConstraint("session_id"),
    )
    with op.batch_alter_table("oidc_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_session_sid_digest"), ["sid_digest"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_oidc_session_subject_digest"), ["subject_digest"], unique=False
        )

    op.create_table(
        "passkey_use",
        sa.Column("passkey_id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["passkey_id"],
            ["passkey.id"],
        ),
        sa.PrimaryKeyConstraint("passkey_id"),
    )
    op.create_table(
        "provider_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("enrolment_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("provider_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_link_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_provider_link_subject_digest"), ["subject_digest"], unique=False
        )

    op.create_table(
        "redemption",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("authorisation_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("authorisation_id"),
    )
    op.create_table(
        "service_account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_account_council_id"), ["council_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_account_membership_id"), ["membership_id"], unique=False
        )

    op.create_table(
        "admission_comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("council_id", sa.String(), nullable=False),
        sa.Column("admission_id", sa.String(), nullable=False),
        sa.Column("membership_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["admission_id"],
            ["admission.id"],
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["council.id"],
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("admission_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_admission_comment_admission_id"), ["admission_id"], unique=False
        )

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_behalf_of", sa.String(), nullable=True))

    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("service_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("networks", sa.String(), nullable=True))

    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("review_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("term_to", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("continues", sa.String(), nullable=True))

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.String(), nullable=False))
        batch_op.add_column(sa.Column("agent", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("idle_ms", sa.BigInteger(), nullable=False))
        batch_op.drop_column("stepped_up_at")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM session"))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stepped_up_at", sa.BIGINT(), nullable=False))
        batch_op.drop_column("idle_ms")
        batch_op.drop_column("agent")
        batch_op.drop_column("method")

    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_column("continues")
        batch_op.drop_column("term_to")
        batch_op.drop_column("review_by")
        batch_op.drop_column("scope")

    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_column("networks")
        batch_op.drop_column("service_id")

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_column("on_behalf_of")

    with op.batch_alter_table("admission_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_admission_comment_admission_id"))

    op.drop_table("admission_comment")
    with op.batch_alter_table("service_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_account_membership_id"))
        batch_op.drop_index(batch_op.f("ix_service_account_council_id"))

    op.drop_table("service_account")
    op.drop_table("redemption")
    with op.batch_alter_table("provider_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_link_subject_digest"))
        batch_op.drop_index(batch_op.f("ix_provider_link_person_id"))

    op.drop_table("provider_link")
    op.drop_table("passkey_use")
    with op.batch_alter_table("oidc_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oidc_session_subject_digest"))
        batch_op.drop_index(batch_op.f("ix_oidc_session_sid_digest"))

    op.drop_table("oidc_session")
    op.drop_table("code_use")
    with op.batch_alter_table("step_up_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_up_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_step_up_request_expires_at"))

    op.drop_table("step_up_request")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_person_id"))

    op.drop_table("passkey")
    op.drop_table("notice_preference")
    op.drop_table("notice_cursor")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("notice_due")
        batch_op.drop_index("notice_by_person")
        batch_op.drop_index(batch_op.f("ix_notice_letter"))

    op.drop_table("notice")
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorisation_person_id"))

    op.drop_table("authorisation")
    op.drop_table("token_use")
    with op.batch_alter_table("step_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_up_session_id"))

    op.drop_table("step_up")
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_version_digest"))

    op.drop_table("policy_version")
    with op.batch_alter_table("oidc_flow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oidc_flow_expires_at"))

    op.drop_table("oidc_flow")
    with op.batch_alter_table("logout_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_logout_notice_expires_at"))

    op.drop_table("logout_notice")
    with op.batch_alter_table("known_network", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_network_seen_at"))

    op.drop_table("known_network")
    with op.batch_alter_table("council_rule", schema=None) as batch_op:
        batch_op.drop_index("council_rule_by_council")

    op.drop_table("council_rule")
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_expires_at"))

    op.drop_table("challenge")
    op.drop_table("attempts")
