"""Create the programme."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("decided_on", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "research_concept",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("title_ja", sa.String(), nullable=False),
        sa.Column("vision_id", sa.String(), nullable=False),
        sa.Column("funding_agency_id", sa.String(), nullable=False),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("council_list", sa.String(), nullable=True),
        sa.Column("decided_month", sa.String(), nullable=True),
        sa.Column("call_started_month", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["funding_agency_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["vision_id"],
            ["vision.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_research_concept_funding_agency_id"),
        "research_concept",
        ["funding_agency_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_research_concept_vision_id"), "research_concept", ["vision_id"], unique=False
    )
    op.create_table(
        "vision_amendment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("vision_id", sa.String(), nullable=False),
        sa.Column("amended_on", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["vision_id"],
            ["vision.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_vision_amendment_vision_id"), "vision_amendment", ["vision_id"], unique=False
    )
    op.create_table(
        "adoption",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("published_on", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("project_title", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_adoption_concept_id"), "adoption", ["concept_id"], unique=False)
    op.create_table(
        "concept_minister",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("as_written", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("concept_id", "position"),
    )
    op.create_index(
        op.f("ix_concept_minister_concept_id"), "concept_minister", ["concept_id"], unique=False
    )
    op.create_index(
        op.f("ix_concept_minister_organisation_id"),
        "concept_minister",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "concept_revision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("revised_on", sa.String(), nullable=False),
        sa.Column("title_ja", sa.String(), nullable=True),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_concept_revision_concept_id"), "concept_revision", ["concept_id"], unique=False
    )
    op.create_table(
        "expected_organ",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("as_written", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("concept_id", "position"),
    )
    op.create_index(
        op.f("ix_expected_organ_concept_id"), "expected_organ", ["concept_id"], unique=False
    )
    op.create_index(
        op.f("ix_expected_organ_organisation_id"),
        "expected_organ",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "technology",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("vision_id", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"],
            ["vision_amendment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["vision_id"],
            ["vision.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_technology_domain"), "technology", ["domain"], unique=False)
    op.create_index(op.f("ix_technology_vision_id"), "technology", ["vision_id"], unique=False)
    op.create_table(
        "adopted_project",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("adoption_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"],
            ["adoption.id"],
        ),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_adopted_project_adoption_id"), "adopted_project", ["adoption_id"], unique=False
    )
    op.create_index(
        op.f("ix_adopted_project_concept_id"), "adopted_project", ["concept_id"], unique=False
    )
    op.create_table(
        "concept_technology",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("concept_id", sa.String(), nullable=False),
        sa.Column("technology_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"],
            ["research_concept.id"],
        ),
        sa.ForeignKeyConstraint(
            ["technology_id"],
            ["technology.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("concept_id", "technology_id"),
    )
    op.create_index(
        op.f("ix_concept_technology_concept_id"), "concept_technology", ["concept_id"], unique=False
    )
    op.create_index(
        op.f("ix_concept_technology_technology_id"),
        "concept_technology",
        ["technology_id"],
        unique=False,
    )
    op.create_table(
        "project_person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["adopted_project.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_project_person_person_id"), "project_person", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_project_person_project_id"), "project_person", ["project_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_project_person_project_id"), table_name="project_person")
    op.drop_index(op.f("ix_project_person_person_id"), table_name="project_person")
    op.drop_table("project_person")
    op.drop_index(op.f("ix_concept_technology_technology_id"), table_name="concept_technology")
    op.drop_index(op.f("ix_concept_technology_concept_id"), table_name="concept_technology")
    op.drop_table("concept_technology")
    op.drop_index(op.f("ix_adopted_project_concept_id"), table_name="adopted_project")
    op.drop_index(op.f("ix_adopted_project_adoption_id"), table_name="adopted_project")
    op.drop_table("adopted_project")
    op.drop_index(op.f("ix_technology_vision_id"), table_name="technology")
    op.drop_index(op.f("ix_technology_domain"), table_name="technology")
    op.drop_table("technology")
    op.drop_index(op.f("ix_expected_organ_organisation_id"), table_name="expected_organ")
    op.drop_index(op.f("ix_expected_organ_concept_id"), table_name="expected_organ")
    op.drop_table("expected_organ")
    op.drop_index(op.f("ix_concept_revision_concept_id"), table_name="concept_revision")
    op.drop_table("concept_revision")
    op.drop_index(op.f("ix_concept_minister_organisation_id"), table_name="concept_minister")
    op.drop_index(op.f("ix_concept_minister_concept_id"), table_name="concept_minister")
    op.drop_table("concept_minister")
    op.drop_index(op.f("ix_adoption_concept_id"), table_name="adoption")
    op.drop_table("adoption")
    op.drop_index(op.f("ix_vision_amendment_vision_id"), table_name="vision_amendment")
    op.drop_table("vision_amendment")
    op.drop_index(op.f("ix_research_concept_vision_id"), table_name="research_concept")
    op.drop_index(op.f("ix_research_concept_funding_agency_id"), table_name="research_concept")
    op.drop_table("research_concept")
    op.drop_table("vision")
