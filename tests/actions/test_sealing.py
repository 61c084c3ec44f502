"""An issued PDF is sealed when somebody asks for it, or always; the record knows it with and without the seal."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256

import pytest

from docgen.actions.documents import describe
from docgen.actions.drafting import Issue
from docgen.actions.genuineness import Verdict, verify_file
from docgen.actions.issuing import Issued, issue
from docgen.actions.remaking import reproduce
from docgen.actions.sealing import CertificateKeptError, make_trial_certificate, pen, seals_of
from docgen.store.timestamps import read_timestamp
from docgen.writers.seal_keys import SecretMissingError, WrongPasswordError
from docgen.writers.seal_reports import unsealed
from tests.firm import ID, LETTER, Firm
from tests.trust import authority

PHRASE = "words that open it"


@pytest.fixture
def sealed_firm(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with a certificate."""
    monkeypatch.setenv("DOCGEN_SEAL_PASSWORD", PHRASE)
    firm.do(make_trial_certificate)
    return firm


def issue_sealed(firm: Firm, *, wanted: bool = True) -> Issued:
    with closing(firm.desk()) as desk:
        return issue(desk, Issue(LETTER, ID), pen(desk, wanted=wanted))


def settings(firm: Firm, text: str) -> None:
    path = firm.root / "docgen.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[house]", f"{text}\n[house]", 1), encoding="utf-8")


def test_a_sealed_document_is_recorded_with_both_hashes(sealed_firm: Firm) -> None:
    issued = issue_sealed(sealed_firm)
    (pdf, docx) = sealed_firm.do(describe, f"{ID}/{LETTER}").event.outputs

    assert sha256(issued.files["pdf"]).hexdigest() == pdf.sealed
    assert sha256(unsealed(issued.files["pdf"]) or b"").hexdigest() == pdf.blob
    assert docx.sealed is None


def test_a_sealed_document_is_genuine_and_says_who_sealed_it(sealed_firm: Firm) -> None:
    path = sealed_firm.write("sent.pdf", issue_sealed(sealed_firm).files["pdf"])

    assert sealed_firm.do(verify_file, path).verdict is Verdict.CURRENT
    (line,) = sealed_firm.do(seals_of, path)
    assert line.startswith("Signed by docgen, for trying")
    assert "unchanged since" in line


def test_a_sealed_document_can_be_made_again_to_the_byte(sealed_firm: Firm) -> None:
    issue_sealed(sealed_firm)
    assert sealed_firm.do(reproduce, f"{ID}/{LETTER}").exact


def test_a_document_without_signatures_has_nothing_to_say_of_them(sealed_firm: Firm) -> None:
    issued = sealed_firm.issue(LETTER)
    assert sealed_firm.do(seals_of, sealed_firm.write("sent.pdf", issued.files["pdf"])) == ()
    assert sealed_firm.do(seals_of, sealed_firm.write("sent.docx", issued.files["docx"])) == ()


def test_what_was_issued_without_a_seal_stays_without_one_and_says_so(sealed_firm: Firm) -> None:
    sealed_firm.issue(LETTER)
    issued = issue_sealed(sealed_firm)
    assert issued.repeated
    assert issued.remarks == (f"{ID}/{LETTER}/1 was issued without a seal, and stays so.",)


def test_every_document_is_sealed_where_the_settings_say_so(sealed_firm: Firm) -> None:
    settings(sealed_firm, "seal = true\n")
    issued = issue_sealed(sealed_firm, wanted=False)
    assert b"/ByteRange" in issued.files["pdf"]


def test_without_the_setting_or_the_wish_nothing_is_sealed(sealed_firm: Firm) -> None:
    assert b"/ByteRange" not in issue_sealed(sealed_firm, wanted=False).files["pdf"]


def test_nothing_is_issued_when_the_seal_cannot_be_set(sealed_firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_SEAL_PASSWORD", "another one")
    with pytest.raises(WrongPasswordError):
        issue_sealed(sealed_firm)
    assert sealed_firm.kinds("document_issued") == 0


def test_what_was_sealed_is_found_again_without_the_password(
    sealed_firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issue_sealed(sealed_firm)
    monkeypatch.delenv("DOCGEN_SEAL_PASSWORD")
    again = issue_sealed(sealed_firm)
    assert again.repeated
    assert again.files == first.files


def test_a_certificate_for_trying_needs_a_password_and_is_made_once(
    sealed_firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CertificateKeptError):
        sealed_firm.do(make_trial_certificate)
    (sealed_firm.root / ".docgen" / "seal.p12").unlink()
    monkeypatch.delenv("DOCGEN_SEAL_PASSWORD")
    with pytest.raises(SecretMissingError):
        sealed_firm.do(make_trial_certificate)


def test_a_seal_can_carry_the_time_of_an_authority(sealed_firm: Firm) -> None:
    with authority() as local:
        settings(sealed_firm, f'seal.always = true\nseal.level = "B-T"\ntimestamps.authority = "{local.url}"\n')
        issued = issue_sealed(sealed_firm, wanted=False)
    (line,) = sealed_firm.do(seals_of, sealed_firm.write("sent.pdf", issued.files["pdf"]))
    assert ", at 20" in line


def test_a_checkpoint_is_stamped_by_an_authority_and_the_record_keeps_the_token(firm: Firm) -> None:
    from docgen.actions.audit import timestamp
    from tests.firm import ADAM

    with authority() as local:
        settings(firm, f'timestamps.authority = "{local.url}"\n')
        stamped = firm.by(ADAM).do(timestamp)
    token = stamped.path.read_bytes()
    note = stamped.path.with_suffix(".txt").read_bytes()

    assert read_timestamp(token, note).moment == stamped.moment
    assert firm.kinds("checkpoint_timestamped") == 1
    assert firm.faults == []
