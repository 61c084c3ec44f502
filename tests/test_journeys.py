"""The whole life of the example, through the command line: from a fresh workspace to a bundle the other side checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from docgen.actions.demo import EXAMPLE
from tests.cli.shell import Answer, Shell, shell
from tests.firm import ID, SIGNED_COPY, SIGNED_ORDER, pdf_words

AMARA, JON, LENA, DORA, BORIS, ADAM = (
    f"{name}@northbridge.example" for name in ("amara", "jon", "lena", "dora", "boris", "adam")
)


@pytest.fixture
def docgen(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """Lend a shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DOCGEN_WORKSPACE", "DOCGEN_PERSON", "DOCGEN_DATABASE_URL", "DOCGEN_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    return shell(monkeypatch, capfd)


@pytest.mark.slow
def test_an_engagement_lives_and_its_life_is_proved(  # noqa: PLR0915 - a life is long
    docgen: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def done(person: str, day: str, *words: object) -> Answer:
        """Return what a command answered that somebody gave on a day and that went well."""
        answer = docgen(*words, "--as", person, "--on", day)
        assert answer.code == 0, (words, answer.out, answer.err)
        return answer

    # A fresh workspace: nothing is approved, and issuing says how to go on.
    roles = ("account_manager", "delivery", "legal", "director", "board", "admin")
    people = [f"{person}:{role}" for person, role in zip((AMARA, JON, LENA, DORA, BORIS, ADAM), roles, strict=True)]
    assert docgen("init", "firm", *(word for person in people for word in ("--person", person))).code == 0
    monkeypatch.chdir(tmp_path / "firm")
    done(AMARA, "2026-09-14", "engagement", "record", EXAMPLE / "engagement.yaml")
    refused = docgen("issue", "letter-of-approval", ID, "--as", AMARA)
    assert (refused.code, "docgen template approve letter-of-approval" in refused.err) == (3, True)
    assert docgen("template", "approve", "--all", "--as", AMARA).code == 3
    done(LENA, "2026-09-14", "template", "approve", "--all")

    # The letter, signed by the client.
    letter = done(AMARA, "2026-09-14", "issue", "letter-of-approval", ID, "-o", "out")
    assert letter.out.split("\n")[0] == f"{ID}/letter-of-approval/1"
    Path("letter.pdf").write_bytes(b"%PDF-1.7 the letter, signed")
    done(AMARA, "2026-09-18", "document", "execute", f"{ID}/letter-of-approval", "--signed", "letter.pdf")

    # The contract: a first version, a better one, and its signature.
    done(AMARA, "2026-09-25", "issue", "contract", ID, "-o", "out")
    better = Path("engagement.yaml")
    better.write_text(docgen("engagement", "show", ID).out.replace("payment_days: 30", "payment_days: 28"), "utf-8")
    recorded = done(AMARA, "2026-09-28", "engagement", "record", better)
    assert "payment days: 30 → 28" in recorded.out
    assert done(AMARA, "2026-09-28", "issue", "contract", ID, "-o", "out").out.startswith(f"{ID}/contract/2\n")
    redlined = docgen("document", "redline", f"{ID}/contract/1", f"{ID}/contract/2")
    assert ("30" in redlined.out, "28" in redlined.out) == (True, True)
    assert docgen("document", "redline", f"{ID}/contract/1", f"{ID}/contract/2", "-o", "changes.docx").code == 0
    Path("contract.pdf").write_bytes(SIGNED_COPY)
    assert docgen("document", "execute", f"{ID}/contract/1", "--signed", "contract.pdf", "--as", AMARA).code == 3
    done(AMARA, "2026-10-02", "document", "execute", f"{ID}/contract", "--signed", "contract.pdf")

    # Terms that are signed change by an order only.
    better.write_text(docgen("engagement", "show", ID).out.replace("payment_days: 28", "payment_days: 60"), "utf-8")
    held = docgen("engagement", "record", better, "--as", AMARA)
    assert (held.code, f"terms.fees.payment_days ({ID}/contract/2, clause" in held.err) == (3, True)
    done(AMARA, "2026-11-24", "change", "raise", EXAMPLE / "change-order-001.yaml")
    done(AMARA, "2026-11-24", "change", "submit", f"{ID}/CO-001")
    unapproved = docgen("issue", "change-order", ID, "--as", AMARA, "--on", "2026-11-24")
    assert (unapproved.code, f"docgen change approve {ID}/CO-001" in unapproved.err) == (3, True)
    done(DORA, "2026-11-24", "change", "approve", f"{ID}/CO-001")
    assert done(BORIS, "2026-11-24", "change", "approve", f"{ID}/CO-001").out == f"{ID}/CO-001: approved\n"
    assert done(AMARA, "2026-11-24", "issue", "change-order", ID, "-o", "out").out.startswith(f"{ID}/CO-001/1\n")
    Path("order.pdf").write_bytes(SIGNED_ORDER)
    done(AMARA, "2026-11-27", "document", "execute", f"{ID}/CO-001", "--signed", "order.pdf")
    assert "CO-001" in docgen("engagement", "effective", ID, "--on", "2026-12-07").out
    done(AMARA, "2026-12-07", "issue", "conformed-contract", ID, "-o", "out")
    assert "129,900.00" in pdf_words(Path("out", f"{ID}_conformed-contract_v1.pdf").read_bytes())

    # Reports, one of them corrected.
    for day in ("2026-11-13", "2026-11-20"):
        done(JON, day, "progress", "record", EXAMPLE / f"progress-{day}.yaml")
    done(JON, "2026-12-08", "issue", "progress-report", ID, "--number", "1", "-o", "out")
    text = (EXAMPLE / "progress-2026-11-13.yaml").read_text(encoding="utf-8")
    Path("corrected.yaml").write_text(text.replace("promised for Monday", "promised for Tuesday"), encoding="utf-8")
    assert "PR-001, revision 2" in done(JON, "2026-12-09", "progress", "record", "corrected.yaml").out
    second = done(JON, "2026-12-09", "issue", "progress-report", ID, "--number", "1", "-o", "out")
    assert second.out.startswith(f"{ID}/PR-001/2\n")
    listed = docgen("document", "list", ID).out
    assert "superseded by version 2" in listed

    # A notice of breach.
    done(AMARA, "2027-03-01", "breach", "record", EXAMPLE / "breach.yaml")
    done(AMARA, "2027-03-01", "issue", "breach-notice", ID, "-o", "out")

    # Everything can be made again, and told from what is not genuine.
    for reference in ("letter-of-approval", "contract/1", "contract/2", "CO-001", "PR-001/1", "PR-001/2", "BN-001"):
        assert docgen("document", "reproduce", f"{ID}/{reference}").code == 0, reference
    verdicts = {
        f"out/{ID}_contract_v1.pdf": (1, "genuine but superseded"),
        f"out/{ID}_contract_v2.docx": (0, "genuine and current"),
        f"out/{ID}_progress-report-001_v1.pdf": (1, "genuine but superseded"),
        "contract.pdf": (0, "genuine: the signed copy"),
        "engagement.yaml": (1, "unknown"),
    }
    for name, (code, verdict) in verdicts.items():
        answer = docgen("document", "verify", name)
        assert (answer.code, f"{name}: {verdict}." in answer.out) == (code, True), (name, answer.out)
    again = done(AMARA, "2027-03-05", "issue", "contract", ID, "-o", "out")
    assert "(issued before)" in again.out

    # The record is sound, also against what was handed out, and leaves as proof.
    kept = done(ADAM, "2027-03-05", "audit", "checkpoint", "-o", "kept.txt")
    assert kept.out == "kept.txt\n"
    held_against = ("--checkpoint", "kept.txt", "--checkpoint", f"out/{ID}_contract_v2.pdf")
    assert "The record is sound" in docgen("audit", "verify", *held_against).out
    done(AMARA, "2027-03-05", "audit", "export", ID, "-o", "bundle.zip")
    with ZipFile("bundle.zip") as bundle:
        bundle.extractall("other-side")
    command = [sys.executable, "-I", "-S", "verify.py"]
    run = subprocess.run(command, cwd="other-side", capture_output=True, text=True, check=False, env={})
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
