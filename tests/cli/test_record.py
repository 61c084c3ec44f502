"""The commands of the record: what they print, as words and as JSON, and the codes they end with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell
from tests.firm import ADAM, AMARA, AUDRA, BORIS, DORA, ID, JON, LENA, SIGNED_COPY, Firm, Firms

FEE = ("amount: 64000.00", "amount: 71500.00")


@pytest.fixture
def there(docgen: Shell, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with the example recorded; the shell stands in its folder."""
    monkeypatch.chdir(firm.root)
    return firm


@pytest.fixture
def whole(docgen: Shell, firms: Firms, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend the firm that has issued every kind of document, to read in; the shell stands in its folder."""
    firm = firms.kept("grown")
    monkeypatch.chdir(firm.root)
    return firm


# Templates


def test_the_list_of_templates_says_who_approved_each(docgen: Shell, there: Firm) -> None:
    line = docgen("template", "list", "--state", "approved").out.splitlines()[0]
    assert line.endswith(f"  Notice of breach (by {LENA})")


def test_the_source_of_a_template_can_be_written_over_its_own_file_in_the_workspace(docgen: Shell, there: Firm) -> None:
    before = docgen("template", "show", "letter-of-approval", "--source").out
    there.write("templates/letters/letter-of-approval.html.jinja", "")  # as a shell does for `> FILE`
    assert docgen("template", "show", "letter-of-approval", "--source").out == before
    there.write("templates/letters/letter-of-approval.html.jinja", before + "{# ours #}")
    assert docgen("template", "show", "letter-of-approval", "--source").out != before


# Recording


def test_recording_prints_the_revision_and_what_changed(docgen: Shell, there: Firm) -> None:
    file = there.facts("engagement", FEE)
    first = docgen("engagement", "record", file, "--as", AMARA)
    assert (first.code, first.out) == (0, f"{ID}, revision 2\n  fee F2: 64,000.00 → 71,500.00\n")
    again = docgen("engagement", "record", file, "--as", AMARA)
    assert (again.code, again.out) == (0, f"{ID}, revision 2 (nothing new)\n")
    assert docgen("engagement", "record", file, "--as", AMARA, "--json").json == {
        "reference": ID,
        "revision": 2,
        "new": False,
        "changed": [],
    }


def test_who_acts_may_be_said_before_the_command_or_by_the_environment(
    docgen: Shell, there: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = there.facts()
    assert docgen("engagement", "record", file).code == 2
    assert docgen("--as", AMARA, "engagement", "record", file).code == 0
    monkeypatch.setenv("DOCGEN_PERSON", AMARA)
    assert docgen("engagement", "record", file).code == 0


def test_engagements_are_listed_shown_and_compared(docgen: Shell, there: Firm) -> None:
    docgen("engagement", "record", there.facts("engagement", FEE), "--as", AMARA)
    assert docgen("engagement", "list").out.startswith(f"{ID}  revision 2 ")
    (row,) = docgen("engagement", "list", "--json").json
    assert (row["engagement"], row["revision"], row["client"]) == (ID, 2, "Harrow & Pike Retail plc")
    assert docgen("engagement", "show", ID, "--json").json["revision"] == 2
    assert "revision: 1" in docgen("engagement", "show", ID, "--revision", "1").out
    assert docgen("engagement", "diff", ID, "1", "2").out == "fee F2: 64,000.00 → 71,500.00\n"
    (difference,) = docgen("engagement", "diff", ID, "1", "2", "--json").json
    assert difference == {
        "path": "terms.fees.lines.F2.amount",
        "name": "fee F2",
        "before": "64,000.00",
        "after": "71,500.00",
    }
    history = docgen("engagement", "history", ID)
    assert history.out.count("revision ") == 2
    assert [line["revision"] for line in docgen("engagement", "history", ID, "--json").json] == [1, 2]


def test_terms_in_force_are_shown_for_a_day(docgen: Shell, whole: Firm) -> None:
    before = docgen("engagement", "effective", ID, "--on", "2026-12-06", "--json").json
    after = docgen("engagement", "effective", ID, "--on", "2026-12-07", "--json").json
    assert (before["orders"], before["contract_sum"]) == ([], "107800.00")
    assert (after["orders"], after["contract_sum"]) == (["CO-001"], "129900.00")
    said = docgen("engagement", "effective", ID, "--on", "2026-12-07").out
    assert "contract sum:   GBP 129,900.00" in said


# Issuing and documents


def test_issuing_writes_both_files_and_says_when_it_was_before(docgen: Shell, there: Firm) -> None:
    first = docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "out", "--json").json
    stem = f"out/{ID}_letter-of-approval_v1"
    assert (first["reference"], first["version"], first["repeated"]) == (f"{ID}/letter-of-approval/1", 1, False)
    assert first["files"] == [f"{stem}.pdf", f"{stem}.docx"]
    again = docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "other", "-f", "docx")
    assert again.out == f"{ID}/letter-of-approval/1 (issued before)\nother/{ID}_letter-of-approval_v1.docx\n"
    assert not Path("other", f"{ID}_letter-of-approval_v1.pdf").exists()


def test_documents_are_listed_and_shown(docgen: Shell, whole: Firm) -> None:
    listed = docgen("document", "list", ID)
    assert f"{ID}/contract/1            2026-09-28  executed on 2026-10-02" in listed.out
    assert len(docgen("document", "list", "--limit", "2", "--json").json) == 2
    shown = docgen("document", "show", f"{ID}/CO-001", "--json").json
    assert (shown["status"], shown["issued_by"], shown["facts"]) == ("executed on 2026-11-27", AMARA, "revision 1")
    said = docgen("document", "show", f"{ID}/CO-001")
    assert f"{ID}_change-order-001_v1.pdf  {shown['files'][0]['sha256']}" in said.out
    assert docgen("due", "--json", "--on", "2026-09-20").json[0]["awaits"] == "signature"


def test_a_file_is_fetched_into_a_folder_or_to_standard_output(docgen: Shell, whole: Firm, tmp_path: Path) -> None:
    written = docgen("document", "get", f"{ID}/contract", "-f", "docx", "-o", tmp_path / "new")
    assert written.out == f"{tmp_path}/new/{ID}_contract_v1.docx\n"
    named = docgen("document", "get", f"{ID}/contract", "-f", "signed", "-o", tmp_path / "copy.pdf")
    assert (named.code, (tmp_path / "copy.pdf").read_bytes()) == (0, SIGNED_COPY)


def test_signing_and_withdrawing_say_what_became_of_a_document(docgen: Shell, there: Firm) -> None:
    docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "out")
    signed = there.write("signed.pdf", SIGNED_COPY)
    words = ("document", "execute", f"{ID}/letter-of-approval", "--signed", signed, "--as", AMARA, "--on", "2026-09-20")
    assert docgen(*words).out == f"{ID}/letter-of-approval/1: executed on 2026-09-20\n"
    assert docgen(*words).out == f"{ID}/letter-of-approval/1: executed on 2026-09-20 (recorded before)\n"
    gone = docgen("document", "withdraw", f"{ID}/letter-of-approval", "--reason", "A mistake.", "--as", AMARA, "--json")
    assert (gone.code, gone.json["status"]) == (0, "withdrawn")
    fetched = docgen("document", "get", f"{ID}/letter-of-approval", "-o", "back")
    assert (fetched.code, fetched.err) == (0, "Mind: this version is withdrawn.\n")
    shown = docgen("document", "show", f"{ID}/letter-of-approval").out
    assert "A mistake." in shown


def test_a_redline_is_printed_or_written(docgen: Shell, there: Firm) -> None:
    docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "out")
    more = there.facts("engagement", ("not_to_exceed: 20000.00", "not_to_exceed: 25000.00"))
    docgen("engagement", "record", more, "--as", AMARA)
    docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "out")
    pair = (f"{ID}/letter-of-approval/1", f"{ID}/letter-of-approval/2")
    assert "[-" in docgen("document", "redline", *pair).out
    assert docgen("document", "redline", *pair, "--json").json[0].keys() == {"where", "clause", "before", "after"}
    for name in ("changes.docx", "changes.html"):
        assert docgen("document", "redline", *pair, "-o", name).out == f"{name}\n"
        assert Path(name).stat().st_size > 1000
    assert docgen("document", "redline", *pair, "-o", "changes.odt").code == 2
    assert docgen("document", "redline", pair[0], pair[0]).err.startswith("Nothing differs")


def test_verifying_says_whether_a_file_is_genuine(docgen: Shell, whole: Firm, tmp_path: Path) -> None:
    docgen("document", "get", f"{ID}/contract", "-o", tmp_path / "contract.pdf")
    genuine = docgen("document", "verify", tmp_path / "contract.pdf")
    assert (genuine.code, f"{tmp_path}/contract.pdf: genuine and current." in genuine.out) == (0, True)
    assert f"by {AMARA}" in genuine.out
    (tmp_path / "contract.pdf").write_bytes((tmp_path / "contract.pdf").read_bytes()[:-200] + b"x" * 200)
    altered = docgen("document", "verify", tmp_path / "contract.pdf", "--json")
    assert (altered.code, altered.json["sound"]) == (1, False)
    assert altered.json["verdict"] in ("altered", "unknown")


def test_reproducing_says_whether_every_byte_is_the_same(docgen: Shell, whole: Firm) -> None:
    answer = docgen("document", "reproduce", f"{ID}/letter-of-approval")
    reference = f"{ID}/letter-of-approval/1"
    assert answer.out == f"{reference} pdf: the same to the byte\n{reference} docx: the same to the byte\n"
    assert docgen("document", "reproduce", reference, "--json").json["exact"] is True


# The record itself


def test_the_log_is_printed_as_lines_or_as_entries(docgen: Shell, whole: Firm) -> None:
    lines = docgen("audit", "log", "--engagement", ID, "--event", "document_issued").out.splitlines()
    assert len(lines) == 7
    assert AMARA in lines[0]
    (last,) = docgen("audit", "log", "--limit", "1", "--json").json
    assert last["event"]["event"] == "checkpoint_signed"
    assert docgen("audit", "log", "--since", "2027-03-01", "--until", "2027-03-01").out.count("\n") == 4


def test_the_record_is_verified_and_every_fault_is_named(docgen: Shell, there: Firm) -> None:
    sound = docgen("audit", "verify", "--json")
    assert (sound.code, sound.json["sound"], sound.json["faults"]) == (0, True, [])
    blobs = [path for path in (there.root / ".docgen" / "blobs").rglob("*") if path.is_file()]
    blobs[0].chmod(0o600)
    blobs[0].write_bytes(b"other")
    faulty = docgen("audit", "verify")
    assert (faulty.code, "[blob_altered]" in faulty.out, "1 fault in" in faulty.err) == (5, True, True)
    assert docgen("audit", "verify", "--json").json["faults"][0]["kind"] == "blob_altered"


def test_what_leaves_as_proof_is_written(docgen: Shell, there: Firm) -> None:
    docgen("issue", "letter-of-approval", ID, "--as", AMARA, "-o", "out")
    exported = docgen("audit", "export", ID, "-o", "proof/bundle.zip", "--as", AUDRA)
    assert (exported.code, exported.out) == (0, "proof/bundle.zip\n")
    assert "python3 verify.py" in exported.err
    note = docgen("audit", "checkpoint", "--as", ADAM)
    assert note.out.startswith("northbridge.example/docgen/")
    proof = docgen("audit", "proof", f"{ID}/letter-of-approval", "--as", AUDRA)
    assert proof.out.startswith("c2sp.org/tlog-proof@v1\n")
    assert docgen("audit", "proof", f"{ID}/letter-of-approval", "-o", "p.txt", "--as", AUDRA).out == "p.txt\n"
    key = docgen("audit", "new-key", "--as", ADAM)
    assert key.out.startswith("northbridge.example/docgen/")
    assert docgen("audit", "rebuild", "--as", ADAM).out.startswith("The tables were made anew from ")
    assert docgen("audit", "verify").code == 0


def test_erasing_and_forgetting_ask_first(docgen: Shell, there: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/null").open(encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert docgen("audit", "erase", ID, "--ground", "law", "--as", ADAM).code == 130
        assert docgen("audit", "forget", AMARA, "--as", ADAM).code == 130
    gone = docgen("audit", "erase", ID, "--ground", "law", "--yes", "--as", ADAM)
    assert (gone.code, len(gone.out.split())) == (0, 1)
    assert docgen("engagement", "list").out.endswith("(erased)\n")
    assert docgen("audit", "forget", AMARA, "--yes", "--as", ADAM).code == 0
    assert docgen("audit", "verify").code == 0


# Exit codes


def with_bad_facts(firm: Firm) -> None:
    firm.write("bad.yaml", firm.facts().read_text(encoding="utf-8").replace("milestone: M2}", "milestone: M4}"))
    firm.write("signed.pdf", SIGNED_COPY)
    firm.write("changed.yaml", firm.facts("engagement", FEE).read_text(encoding="utf-8"))


def test_the_codes_are_those_the_documentation_promises(docgen: Shell, there: Firm) -> None:
    with_bad_facts(there)
    wanted: list[tuple[int, tuple[object, ...]]] = [
        (1, ("engagement", "record", "bad.yaml", "--as", AMARA)),
        (1, ("document", "verify", "signed.pdf")),
        (2, ("engagement", "record", "changed.yaml")),
        (2, ("engagement", "record", there.facts("breach"), "--as", AMARA)),
        (2, ("issue", "letter-of-approval", ID, "--number", "0", "--as", AMARA)),
        (2, ("issue", "letter-of-approval", ID, "--number", "1", "--as", AMARA)),
        (2, ("document", "show", "contract")),
        (2, ("document", "show", f"{ID}/../contract")),
        (2, ("template", "approve", "--as", LENA)),
        (2, ("template", "approve", "contract", "--all", "--as", LENA)),
        (2, ("audit", "timestamp", "--as", ADAM)),
        (2, ("audit", "export", ID, "--as", AMARA)),
        (2, ("audit", "log", "--since", "yesterday")),
        (2, ("audit", "setup", "--app-role", "docgen_app")),
        (3, ("engagement", "record", "changed.yaml", "--as", BORIS)),
        (3, ("issue", "contract", ID, "--as", JON)),
        (3, ("issue", "change-order", ID, "--as", DORA)),
        (3, ("template", "approve", "--all", "--as", AMARA)),
        (3, ("audit", "erase", ID, "--ground", "law", "--yes", "--as", AMARA)),
        (4, ("engagement", "record", "nowhere.yaml", "--as", AMARA)),
        (4, ("engagement", "record", "changed.yaml", "--as", "nobody@firm.example")),
        (4, ("engagement", "show", "NBS-2026-099")),
        (4, ("engagement", "diff", ID, "1", "9")),
        (4, ("issue", "contrct", ID, "--as", AMARA)),
        (4, ("issue", "contract", "NBS-2026-099", "--as", AMARA)),
        (4, ("document", "get", f"{ID}/contract")),
        (4, ("document", "verify", "nowhere.pdf")),
        (4, ("document", "verify", ".")),
        (4, ("audit", "verify", "--checkpoint", "nowhere.txt")),
        (4, ("audit", "log", "--person", "nobody@firm.example")),
        (2, ("audit", "verify", "--checkpoint", "changed.yaml")),
        (2, ("audit", "verify", "--key", "nonsense")),
    ]
    answers = [(docgen(*words), code, words) for code, words in wanted]
    assert [(answer.code, words) for answer, _, words in answers] == [(code, words) for _, code, words in answers]
    assert not any("Traceback" in answer.err for answer, _, _ in answers)


def test_words_that_are_no_text_are_answered_and_not_stumbled_over(docgen: Shell, there: Firm) -> None:
    odd = "\udcff"
    for words in (
        ("engagement", "show", odd),
        ("engagement", "history", odd),
        ("engagement", "effective", odd),
        ("document", "list", odd),
        ("document", "show", f"{ID}/{odd}"),
        ("document", "show", odd),
        ("document", "verify", odd),
        ("issue", odd, ID, "--as", AMARA),
        ("issue", "contract", odd, "--as", AMARA),
        ("audit", "log", "--person", odd),
        ("audit", "log", "--engagement", odd),
        ("audit", "export", odd, "-o", "x.zip", "--as", AUDRA),
        ("audit", "erase", odd, "--ground", "law", "--yes", "--as", ADAM),
        ("audit", "forget", odd, "--yes", "--as", ADAM),
        ("template", "approve", odd, "--as", LENA),
        ("engagement", "record", odd, "--as", AMARA),
        ("engagement", "list", "--as", odd),
    ):
        assert docgen(*words).code in (0, 2, 4), words


def test_without_a_workspace_or_a_record_the_way_to_one_is_told(docgen: Shell) -> None:
    for words in (("engagement", "list"), ("document", "list"), ("audit", "verify"), ("due",)):
        answer = docgen(*words)
        assert (answer.code, "docgen init" in answer.err) == (4, True), words
    docgen("init", ".")
    for words in (("engagement", "list"), ("document", "list"), ("audit", "verify"), ("due",)):
        answer = docgen(*words)
        assert (answer.code, answer.err.startswith("docgen: ")) == (4, True), words
    assert list(Path(".docgen").iterdir()) == []


def test_a_record_that_cannot_be_read_is_5(docgen: Shell, there: Firm) -> None:
    database = there.root / ".docgen" / "record.sqlite"
    database.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    answer: Answer = docgen("engagement", "list")
    assert answer.code in (4, 5)
    assert "Traceback" not in answer.err
    database.write_bytes(b"nonsense" * 1000)
    assert docgen("audit", "verify").code == 5


def test_a_lost_key_is_6(docgen: Shell, there: Firm) -> None:
    (there.root / ".docgen" / "log.key").unlink()
    answer = docgen("issue", "letter-of-approval", ID, "--as", AMARA)
    assert (answer.code, "docgen audit new-key" in answer.err) == (6, True)


def test_a_first_file_with_faults_founds_no_record(docgen: Shell, tmp_path: Path) -> None:
    docgen("init", ".", "--person", f"{AMARA}:account_manager")
    (tmp_path / "bad.yaml").write_text("format: docgen.engagement/1\n", encoding="utf-8")

    assert docgen("engagement", "record", "bad.yaml", "--as", AMARA).code == 1
    assert docgen("engagement", "record", "nowhere.yaml", "--as", AMARA).code == 4
    assert docgen("engagement", "list").code == 4
    assert list((tmp_path / ".docgen").iterdir()) == []
