"""One row a file, and what the database says of itself."""

from schema.fields import STRICT, Declared, optional, required


class RecordKey(Declared):
    """The key of a table that has one row a file."""

    id: str = required("The id: the name of its file.", foreign_key="record.id", primary_key=True)


class Record(Declared, table=True):
    """Every file of kb/, one row each: where it lies and when it last changed."""

    __table_args__ = STRICT
    id: str = required("The id: the name of the file, one namespace for all.", primary_key=True)
    section: str = required("The folder it lies in: institutions, regimes, posts, …")
    name: str = required("What people call it.")
    path: str = required("The file, from the root of the repository.")
    version: int | None = optional("How many times the file was changed, from the git history.")
    changed_at: str | None = optional("The day of the last change, from the git history.")


class FormerId(Declared, table=True):
    """Ids that records had before. They are for ever: pages redirect."""

    __tablename__ = "former_id"
    __table_args__ = STRICT
    old: str = required("The id it had.", primary_key=True)
    new: str = required("The record it leads to now.", foreign_key="record.id")


class Build(Declared, table=True):
    """What this database was built from, and how much is in it."""

    __table_args__ = STRICT
    key: str = required("What is said.", primary_key=True)
    value: str = required("The value.")
