"""A workspace: docgen.toml and the folders beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from docgen.errors import DocgenError, UsageError
from docgen.settings import FILE_NAME, ROLES, Person, is_email, read_settings

FOLDERS = ("engagements", "templates/letters", "templates/contracts", "templates/reports", ".docgen")


class WorkspaceExistsError(DocgenError):
    """There is already a workspace in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder / FILE_NAME} is there already. Edit it, or choose another folder.")


def is_workspace(folder: Path) -> bool:
    """Say whether there is a workspace in a folder."""
    return (folder / FILE_NAME).exists()


def read_person(text: str) -> Person:
    """Return the person that EMAIL:ROLE,ROLE names; raises UsageError for an unknown role."""
    email, mark, roles = text.rpartition(":")
    names = tuple(filter(None, (role.strip() for role in roles.split(","))))
    wrong = [role for role in names if role not in ROLES]
    if not mark or not is_email(email.strip()) or not names or wrong:
        what = f"“{wrong[0]}” is not a role" if mark and wrong else f"“{text}” is not EMAIL:ROLE,ROLE"
        raise UsageError(f"{what}. The roles are {', '.join(ROLES)}.")
    return Person(email.strip(), names)


def make_workspace(folder: Path, people: Sequence[Person], time_zone: str = "Europe/London") -> Path:
    """Make a workspace in a folder and return its docgen.toml; raises WorkspaceExistsError."""
    path = folder / FILE_NAME
    if is_workspace(folder):
        raise WorkspaceExistsError(folder)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    path.write_text(_settings_text(people, time_zone), encoding="utf-8")
    read_settings(folder)
    return path


def _settings_text(people: Sequence[Person], time_zone: str) -> str:
    entries = "\n".join(
        f"\n[[people]]\nemail = {_quoted(person.email)}{_name_line(person)}\nroles = {_quoted(list(person.roles))}"
        for person in people
    )
    return f"""# The settings of this docgen workspace; docs/cli.md says what each one does.
time_zone = {_quoted(time_zone)}

[house]
# name = "Northbridge Systems Ltd"   # printed at the head of every page; by default the provider's name
# logo = "logo.svg"                  # SVG, PNG or JPEG beside this file

[house.colours]
# accent = "#1f3a5f"                 # also: text muted rule shade green amber red

[house.fonts]
# text = {{ word = "Georgia", pdf = "Gelasio" }}
# heading = {{ word = "Calibri", pdf = "Carlito" }}
# files = ["fonts/Gelasio.ttf"]      # fonts the PDF embeds from this folder

# [rag]
# amber_days = 3                     # from where on the rules call schedule and budget amber, and from where on red:
# red_days = 15                      # the worst open milestone against its date,
# amber_percent = 5                  # the forecast against the contract sum
# red_percent = 10

# [mail]
# host = "smtp.firm.example"         # the server that reports are handed to; never put a password into this file
# username = "reports@firm.example"  # its password: DOCGEN_SMTP_PASSWORD, or the keyring of the system
# from = "reports@firm.example"      # by default the account manager's address

# [record]
# checkpoints = "/mnt/elsewhere"     # a folder somebody else keeps: only that shows a record that was made anew

# [seal]
# always = true                      # sign every issued PDF with the certificate in .docgen/seal.p12
{entries}
"""


def _name_line(person: Person) -> str:
    return f"\nname = {_quoted(person.name)}" if person.name else ""


def _quoted(value: str | list[str]) -> str:
    """Return text as TOML writes it, which is as JSON does, except for letters written as pairs of surrogates."""
    return json.dumps(value, ensure_ascii=False)


class FileKeptError(DocgenError):
    """A file would be overwritten."""

    def __init__(self, path: Path, *, may_force: bool = False) -> None:
        ways = "Name another file, or use --force." if may_force else "Name another file."
        super().__init__(f"{path} is there already with other words and is kept. {ways}")


def write_new_file(path: Path, text: str, *, force: bool | None = None) -> None:
    """Write a text file; raises FileKeptError when it is there already with other words, unless forced.

    `force` is None where nobody can ask for it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not force and path.read_text(encoding="utf-8", errors="replace") != text:
        raise FileKeptError(path, may_force=force is not None)
    path.write_text(text, encoding="utf-8")
