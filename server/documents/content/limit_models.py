"""What somebody has taken out today: a counter, and no evidence, for the log has every entry."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class DailyDownload(SQLModel, table=True):
    """Bytes promised to a person on one day; `day` counts the days of Japan since 1970.
    `nearly_at`: since when they are nearly all that the day allows.
    """

    __tablename__ = "daily_download"

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    day: int = Field(primary_key=True)
    bytes: int = Field(sa_type=BigInteger)
    nearly_at: int | None = Field(default=None, sa_type=BigInteger)
