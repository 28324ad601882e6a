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
    version: int | None = optional(
        "The version of this content in record_version; empty where it is not committed."
    )
    changed_at: str | None = optional("The day (UTC) of that version, from the git history.")


class RecordVersion(Declared, table=True):
    """Every version of every record, those that are gone too: the states of its content on the branch,
    from the git history of its file.
    """

    __tablename__ = "record_version"
    __table_args__ = STRICT
    record: str = required("The id of the record.", primary_key=True)
    version: int = required(
        "From 1; rises where the canonical JSON of the record changes.", primary_key=True
    )
    committed: str = required("When it was committed, in UTC.")
    commit_id: str = required("The commit, by git's id.")
    section: str = required("The folder the file lay in.")
    blob: str = required("The file's id in git: `git hash-object` gives it again.")
    sha256: str = required("The SHA-256 of `content`: `igkb hash` gives it again.")
    content: str = required("What the record said, as canonical JSON.")
    yaml: str = required("The file as it was.")


class Removed(Declared, table=True):
    """Records that are gone: their files were removed, their versions stay."""

    __table_args__ = STRICT
    id: str = required("The id it had.", primary_key=True)
    section: str = required("The folder its file lay in.")
    name: str = required("What it was called.")
    version: int = required("Its last version in record_version.")
    removed_at: str = required("When its file was removed, in UTC.")


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
