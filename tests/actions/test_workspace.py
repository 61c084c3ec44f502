"""A workspace holds settings, facts and templates of a house; what is there already is kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import open_desk
from docgen.actions.render import Order, make
from docgen.actions.workspace import FileKeptError, WorkspaceExistsError, make_workspace, read_person, write_new_file
from docgen.doctree.text import document_lines
from docgen.errors import NotFoundError, UsageError
from docgen.settings import ROLES, Person, read_settings

DAY = dt.date(2026, 11, 20)
ADA = Person("ada@firm.example", ("account_manager", "legal"))
NOTE = "---\ntitle: Note\nkind: note\nversion: 1.0.0\nlanguage: en\n---\n"

# Making one


def test_a_new_workspace_has_settings_and_the_folders_for_facts_and_templates(tmp_path: Path) -> None:
    path = make_workspace(tmp_path / "firm", [])
    assert path == tmp_path / "firm" / "docgen.toml"
    made = {str(folder.relative_to(tmp_path / "firm")) for folder in (tmp_path / "firm").rglob("*") if folder.is_dir()}
    assert made >= {"engagements", "templates/letters", "templates/contracts", "templates/reports", ".docgen"}


def test_its_settings_are_read_back_with_the_people_and_their_roles(tmp_path: Path) -> None:
    make_workspace(tmp_path, [ADA, Person("bob@firm.example", ("director",))], "Europe/Berlin")
    settings = read_settings(tmp_path)
    assert settings.people == (ADA, Person("bob@firm.example", ("director",)))
    assert settings.time_zone == "Europe/Berlin"
    assert settings.house.name == ""


def test_what_its_settings_propose_can_be_switched_on(tmp_path: Path) -> None:
    path = make_workspace(tmp_path, [])
    proposed = [
        line.removeprefix("# ") if line.startswith(("# name", "# accent", "# text", "# heading")) else line
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    path.write_text("\n".join(proposed), encoding="utf-8")
    house = read_settings(tmp_path).house
    assert house.name == "Northbridge Systems Ltd"
    assert house.colours == {"accent": "#1f3a5f"}
    assert house.text_font
    assert house.heading_font


def test_a_workspace_that_is_there_is_kept(tmp_path: Path) -> None:
    path = make_workspace(tmp_path, [ADA])
    before = path.read_bytes()
    with pytest.raises(WorkspaceExistsError, match="is there already"):
        make_workspace(tmp_path, [])
    assert path.read_bytes() == before


def test_a_workspace_may_be_made_around_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "engagements").mkdir()
    (tmp_path / "engagements" / "acme.yaml").write_text("mine", encoding="utf-8")
    make_workspace(tmp_path, [])
    assert (tmp_path / "engagements" / "acme.yaml").read_text(encoding="utf-8") == "mine"


# People


def test_a_person_is_an_address_and_roles() -> None:
    assert read_person("ada@firm.example:account_manager,legal") == ADA
    assert read_person(" ada@firm.example : account_manager , legal ,") == ADA


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ada@firm.example:king", "“king” is not a role"),
        ("ada@firm.example", "is not EMAIL:ROLE,ROLE"),
        ("ada@firm.example:", "is not EMAIL:ROLE,ROLE"),
        ("ada:legal", "is not EMAIL:ROLE,ROLE"),
        (":legal", "is not EMAIL:ROLE,ROLE"),
        ("", "is not EMAIL:ROLE,ROLE"),
        ('a"]\nroles = ["admin@x.example:legal', "is not EMAIL:ROLE,ROLE"),
    ],
)
def test_what_is_no_person_is_refused_with_the_roles_there_are(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_person(text)
    assert said in str(refused.value)
    assert "account_manager, delivery, legal" in str(refused.value)


@given(st.text(max_size=20), st.lists(st.sampled_from(ROLES), min_size=1, unique=True))
def test_whatever_person_is_taken_is_read_back_and_adds_no_setting(name: str, roles: list[str]) -> None:
    try:
        person = read_person(f"{name}@firm.example:{','.join(roles)}")
    except UsageError:
        return
    with TemporaryDirectory() as folder:
        make_workspace(Path(folder), [person])
        settings = read_settings(Path(folder))
    assert settings.people == (person,)
    assert settings.house.name == ""


# Files


def test_a_file_is_written_into_folders_that_are_made_for_it(tmp_path: Path) -> None:
    write_new_file(tmp_path / "a" / "b.yaml", "x: é\n")
    assert (tmp_path / "a" / "b.yaml").read_text(encoding="utf-8") == "x: é\n"


def test_a_file_with_other_words_is_kept_unless_it_is_forced(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_bytes(b"\xff mine")
    with pytest.raises(FileKeptError, match="is kept"):
        write_new_file(path, "new")
    assert path.read_bytes() == b"\xff mine"
    write_new_file(path, "new", force=True)
    assert path.read_text(encoding="utf-8") == "new"


def test_the_same_words_may_be_written_again(tmp_path: Path) -> None:
    write_new_file(tmp_path / "b.yaml", "x")
    write_new_file(tmp_path / "b.yaml", "x")


# Working in one


def test_the_workspace_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    make_workspace(tmp_path, [ADA])
    inside = tmp_path / "engagements" / "deep"
    inside.mkdir()
    assert open_desk(None, DAY, inside).settings.root == tmp_path
    assert open_desk(tmp_path, DAY, Path("/")).settings.people == (ADA,)


def test_outside_of_any_workspace_the_defaults_serve(tmp_path: Path) -> None:
    desk = open_desk(None, None, tmp_path)
    assert desk.settings.root is None
    assert (desk.settings.time_zone, desk.on_given) == ("UTC", False)


def test_a_folder_named_as_workspace_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="docgen init"):
        open_desk(tmp_path, DAY, tmp_path)


def test_the_day_is_that_of_the_workspaces_time_zone(tmp_path: Path) -> None:
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        make_workspace(tmp_path / zone, [], zone)
        days.add(open_desk(tmp_path / zone, None, tmp_path).on)
    assert len(days) == 2, "these two places never share a day"


def test_a_template_of_the_workspace_makes_documents_beside_docgens_own(tmp_path: Path) -> None:
    make_workspace(tmp_path, [])
    note = f'{NOTE}<doc title="Note"><p>To {{{{ client.legal_name }}}}</p></doc>'
    (tmp_path / "templates" / "letters" / "note.html.jinja").write_text(note, encoding="utf-8")
    desk = open_desk(tmp_path, DAY, tmp_path)
    made = make(desk, Order("note", (EXAMPLE / "engagement.yaml",)))
    assert list(document_lines(made.document)) == ["Note", "To Harrow & Pike Retail plc"]
    assert "contract" in desk.catalogue.names()


def test_a_template_of_the_workspace_takes_the_place_of_docgens_own(tmp_path: Path) -> None:
    make_workspace(tmp_path, [])
    letter = NOTE.replace("kind: note", "kind: letter-of-approval") + '<doc title="Ours"><p>x</p></doc>'
    (tmp_path / "templates" / "letters" / "letter-of-approval.html.jinja").write_text(letter, encoding="utf-8")
    made = make(open_desk(tmp_path, DAY, tmp_path), Order("letter-of-approval", (EXAMPLE / "engagement.yaml",)))
    assert made.document.title == "Ours"


def test_the_houses_name_and_colours_reach_its_documents(tmp_path: Path) -> None:
    path = make_workspace(tmp_path, [])
    text = path.read_text(encoding="utf-8").replace("[house]", f"[house]\nname = {json.dumps('Hollis & <b>')}")
    path.write_text(text.replace("# accent", "accent"), encoding="utf-8")
    desk = open_desk(tmp_path, DAY, tmp_path)
    assert desk.theme.firm == "Hollis & <b>"
    assert desk.theme.palette.accent == "#1f3a5f"
