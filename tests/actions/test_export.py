"""All that the record has of an engagement leaves in one file that Python alone verifies."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from docgen.actions.approvals import approve_templates, submit_templates
from docgen.actions.audit import change_key, erase, forget
from docgen.actions.documents import fetch
from docgen.actions.engagements import record_engagement
from docgen.actions.export import Exported, export
from docgen.actions.references import UnknownEngagementError
from docgen.actions.signing import execute, withdraw
from tests.conformance.verapdf import Flavour, VeraPdf
from tests.firm import ADAM, AMARA, AUDRA, ID, JON, LENA, LETTER, SIGNED_COPY, Firm, Firms, pdf_words
from tests.store.bundles import Run, unpacked
from tests.store.bundles import verify as run_verifier

FEE = ("amount: 64000.00", "amount: 71500.00")


def exported(firm: Firm, *, name_people: bool = True) -> Exported:
    return firm.by(AUDRA).on("2027-03-02").do(export, ID, name_people=name_people)


def verified(content: bytes, folder: Path) -> Run:
    """Unpack a bundle into an empty folder and run the verifier it brings, with Python's own library only."""
    with ZipFile(BytesIO(content)) as bundle:
        bundle.extractall(folder)
    return run_verifier(folder=folder, script=folder / "verify.py")


@pytest.fixture(scope="module")
def life(firms: Firms, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Lend the files of a bundle with a whole life in it."""
    firm = firms.at("grown", tmp_path_factory.mktemp("life"))
    return unpacked(exported(firm).content)


def test_a_bundle_verifies_with_python_alone(life: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in life.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    run = run_verifier(folder=tmp_path, script=tmp_path / "verify.py")
    assert (run.code, run.errors) == (0, "")
    assert "Traceback" not in run.output


def test_every_file_stands_under_a_name_that_people_read(life: dict[str, bytes]) -> None:
    names = set(life)
    assert {
        f"documents/{ID}_contract_v1.pdf",
        f"documents/{ID}_contract_v1.docx",
        f"documents/{ID}_contract_v1_executed.pdf",
        f"documents/{ID}_change-order-001_v1_executed.pdf",
        f"documents/{ID}_progress-report-002_v1.pdf",
        "facts/engagement-r1.json",
        "facts/change-order-001-r1.json",
        "facts/progress-001-r1.json",
        "facts/breach-001-r1.json",
        "certificate.pdf",
        "verify.py",
    } <= names
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]*", name) and ".." not in name for name in names)


def test_people_who_acted_are_named_and_others_are_not(life: dict[str, bytes]) -> None:
    said = b"".join(content for name, content in life.items() if name.endswith((".json", ".txt"))).decode()
    assert {AMARA, JON, LENA} <= set(re.findall(r"[a-z]+@northbridge\.example", said))
    assert ADAM not in said


def test_people_are_left_out_on_request_also_on_paper(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    content = exported(firm, name_people=False).content
    files = unpacked(content)
    assert AMARA not in pdf_words(files["certificate.pdf"])
    told = b"".join(data for name, data in files.items() if not name.startswith(("documents/", "facts/", "templates/")))
    assert AMARA.encode() not in told
    assert verified(content, tmp_path / "bundle").code == 0


def test_another_engagement_is_not_in_it(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    other = (("\nid: NBS-2026-014", "\nid: NBS-2026-099"), ("Order platform migration", "A secret matter"))
    firm.do(record_engagement, firm.facts("engagement", *other))
    content = exported(firm).content
    files = unpacked(content)
    assert not any(b"secret matter" in data for data in files.values())
    assert "NBS-2026-099" not in pdf_words(files["certificate.pdf"])
    assert verified(content, tmp_path / "bundle").code == 0


def test_a_file_changed_in_the_bundle_is_found(life: dict[str, bytes], tmp_path: Path) -> None:
    name = f"documents/{ID}_contract_v1.pdf"
    for each, content in (life | {name: life[name] + b" "}).items():
        path = tmp_path / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    run = run_verifier(folder=tmp_path, script=tmp_path / "verify.py")
    assert run.code == 5
    assert name in run.output


def test_a_bundle_verifies_after_erasing(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    gone = firm.by(ADAM).do(erase, f"{ID}/letter-of-approval", "request")
    done = exported(firm)
    assert done.erased == len(gone.blobs) == 2
    assert verified(done.content, tmp_path / "bundle").code == 0


def test_a_bundle_of_an_erased_engagement_still_shows_what_happened(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    firm.by(ADAM).do(erase, ID, "request")
    firm.by(ADAM).do(forget, AMARA)
    done = exported(firm)
    run = verified(done.content, tmp_path / "bundle")
    assert (run.code, run.errors) == (0, "")
    words = pdf_words(unpacked(done.content)["certificate.pdf"])
    assert AMARA not in words
    assert "(forgotten" in words


def test_a_bundle_verifies_when_a_template_was_erased(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    kept = firm.do(lambda desk: [item for item in _inputs(desk) if item[0] in ("template", "house")])
    for _, digest in kept:
        firm.by(ADAM).do(erase, digest, "law")
    assert verified(exported(firm).content, tmp_path / "bundle").code == 0


def _inputs(desk: object) -> list[tuple[str, str]]:
    from docgen.actions.desk import Desk
    from docgen.actions.documents import describe

    assert isinstance(desk, Desk)
    return [(item.name, item.blob) for item in describe(desk, f"{ID}/letter-of-approval").event.inputs]


def test_a_bundle_verifies_after_a_change_of_key(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    firm.by(ADAM).do(change_key)
    firm.do(withdraw, f"{ID}/letter-of-approval", "A mistake.")
    assert firm.issue(LETTER).document.version == 2
    run = verified(exported(firm).content, tmp_path / "bundle")
    assert (run.code, run.errors) == (0, "")


def test_the_issued_file_kept_as_signed_copy_is_one_file_with_two_uses(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    content = firm.do(fetch, f"{ID}/letter-of-approval", "pdf")[1]
    firm.do(execute, f"{ID}/letter-of-approval", firm.write("same.pdf", content))
    done = exported(firm)
    digests = [sha256(data).hexdigest() for data in unpacked(done.content).values()]
    assert digests.count(sha256(content).hexdigest()) == 1
    assert verified(done.content, tmp_path / "bundle").code == 0


def test_facts_that_came_back_are_in_it_once(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    firm.do(record_engagement, firm.facts("engagement", FEE))
    firm.do(
        record_engagement,
        firm.facts("engagement", ("format: docgen.engagement/1", "format: docgen.engagement/1\nrevision: 2")),
    )
    done = exported(firm)
    assert "facts/engagement-r2.json" in unpacked(done.content)
    assert verified(done.content, tmp_path / "bundle").code == 0


def test_a_name_that_windows_keeps_for_a_device_is_exported(firm: Firm) -> None:
    note = "---\ntitle: Note\nkind: note\nversion: 1.0.0\nlanguage: en\n---\n<doc title='Note'><p>x</p></doc>"
    firm.write("templates/letters/aux.html.jinja", note)
    firm.by(JON).do(submit_templates, ["aux"])
    firm.by(LENA).do(approve_templates, ["aux"])
    firm.issue("aux")
    assert f"documents/{ID}_aux_v1.pdf" in unpacked(exported(firm).content)


def test_an_engagement_that_is_not_there_is_not_exported(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path).by(AUDRA)
    with pytest.raises(UnknownEngagementError, match=f"Did you mean {ID}"):
        firm.do(export, "NBS-2026-041")


def test_the_certificate_says_every_entry_and_every_file(life: dict[str, bytes]) -> None:
    words = pdf_words(life["certificate.pdf"])
    entries = [int(name[7:13]) for name in life if name.startswith("events/")]
    plain = words.replace(" ", "")
    for reference in ("letter-of-approval/1", "contract/1", "CO-001/1", "PR-001/1", "PR-002/1", "BN-001/1"):
        assert f"{ID}/{reference}".replace(" ", "") in plain
    for name in ("contract_v1.pdf", "contract_v1.docx", "contract_v1_executed.pdf", "progress-report-002_v1.docx"):
        assert sha256(life[f"documents/{ID}_{name}"]).hexdigest() in plain
    assert all(re.search(rf"\b{entry} 20\d\d-", words) for entry in entries)
    assert "signed on 2026-10-02" in words
    assert sha256(SIGNED_COPY).hexdigest() in plain


def test_the_certificate_is_kept_for_long_and_read_aloud(
    life: dict[str, bytes], verapdf: VeraPdf, tmp_path: Path
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(life["certificate.pdf"])
    flavours: tuple[Flavour, ...] = ("3a", "ua1")
    for flavour in flavours:
        report = verapdf.validate(path, flavour)
        assert report.compliant, str(report)
