"""What the rules say of a report's colours is recorded with it, and a person who sets another one says why."""

from __future__ import annotations

import pytest

from docgen.actions.documents import fetch
from docgen.actions.dossier import open_dossier
from docgen.actions.engagements import Recorded
from docgen.actions.entries import raise_order, record_progress
from docgen.actions.remaking import reproduce
from docgen.errors import FindingsError
from docgen.models.progress import DimensionStatus, ProgressEntry, Rag, Status
from docgen.settings import FILE_NAME
from tests.firm import ID, JON, REPORT, Firm, Firms, pdf_words

SECOND = "progress-2026-11-20"
REFERENCE = f"{ID}/PR-001"
GREEN, AMBER, RED = Rag
STATUS = """status:                       # green, amber or red; a reason is required unless green
  overall: {rag: amber, reason: Load tests start two days late}
  scope: {rag: green}
  schedule: {rag: amber, reason: Private link two days late}
  budget: {rag: green}
"""
NO_STATUS = (STATUS, "")


def recorded(firm: Firm, *changes: tuple[str, str], name: str = SECOND) -> Recorded:
    return firm.by(JON).on("2026-11-20").do(record_progress, firm.facts(name, *changes))


def set_to(text: str) -> tuple[str, str]:
    return STATUS, f"status: {text}\n"


def status(firm: Firm) -> Status | None:
    entry: ProgressEntry = firm.do(lambda desk: open_dossier(desk.record, ID, desk.on).progress[-1])
    return entry.status


def thresholds(firm: Firm, text: str) -> None:
    path = firm.root / FILE_NAME
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[rag]\n{text}\n", encoding="utf-8")


def test_an_entry_without_a_status_is_recorded_with_that_of_the_rules(firm: Firm) -> None:
    recorded(firm, NO_STATUS)
    late = DimensionStatus(rag=AMBER, reason="M2 is expected 4 days late", by_rule=AMBER)
    assert status(firm) == Status(overall=late, schedule=late, budget=DimensionStatus(rag=GREEN, by_rule=GREEN))


@pytest.mark.parametrize("change", [NO_STATUS, (STATUS, STATUS), set_to("{overall: {rag: red, reason: A feeling}}")])
def test_the_same_file_recorded_twice_says_nothing_new(firm: Firm, change: tuple[str, str]) -> None:
    assert recorded(firm, change).new
    assert not recorded(firm, change).new


def test_what_the_record_shows_of_an_entry_may_be_recorded_again(firm: Firm) -> None:
    recorded(firm, NO_STATUS)
    written = STATUS.replace("}", ", by_rule: amber}").replace(
        "Load tests start two days late", "M2 is expected 4 days late"
    )
    written = written.replace("Private link two days late", "M2 is expected 4 days late").replace(
        "  scope: {rag: green, by_rule: amber}\n", ""
    )
    again = recorded(firm, (STATUS, written))
    assert not again.new, again.changed


def test_the_thresholds_of_the_house_count_and_are_kept_with_what_was_recorded(firm: Firm) -> None:
    thresholds(firm, "amber_days = 1\nred_days = 4")
    recorded(firm)
    found = status(firm)
    assert found is not None
    assert found.schedule is not None
    assert (found.schedule.rag, found.schedule.by_rule) == (AMBER, RED)
    assert (found.overall.rag, found.overall.by_rule) == (AMBER, AMBER)


def test_a_colour_written_by_hand_for_the_rules_is_not_believed(firm: Firm) -> None:
    recorded(firm, set_to("{overall: {rag: amber, reason: Late, by_rule: green}, scope: {rag: green, by_rule: red}}"))
    found = status(firm)
    assert found is not None
    assert found.scope is not None
    assert (found.overall.by_rule, found.scope.by_rule) == (AMBER, None)


def test_a_better_colour_needs_a_reason(firm: Firm) -> None:
    better = "{overall: {rag: amber, reason: Late}, schedule: {rag: green}}"
    with pytest.raises(FindingsError, match=r"by the thresholds of docgen\.toml it is amber"):
        recorded(firm, set_to(better))
    assert firm.kinds("entry_recorded") == 0
    assert recorded(firm, set_to(better.replace("rag: green", "rag: green, reason: A second team helps"))).new
    thresholds(firm, "amber_days = 5")
    assert recorded(firm, set_to(better)).new


def test_green_with_an_overdue_milestone_is_questioned_when_it_is_recorded(firm: Firm) -> None:
    held = set_to("{overall: {rag: green, reason: Agreed}, schedule: {rag: green, reason: Agreed by telephone}}")
    found = recorded(firm, held, ("  - {id: M1, actual: 2026-11-05}\n", ""))
    assert [remark for remark in found.remarks if "rag-milestone" in remark]
    assert "schedule is green, while M1 is 14 days overdue" in " ".join(found.remarks)


def test_an_order_that_nobody_signed_moves_no_date(firms: Firms, tmp_path_factory: pytest.TempPathFactory) -> None:
    for stage, colour in (("signed", AMBER), ("changed", GREEN)):
        firm = firms.at(stage, tmp_path_factory.mktemp(stage))
        if stage == "signed":
            firm.on("2026-11-24").do(raise_order, firm.facts("change-order-001"))
        late = (("{from: 2026-11-16, to: 2026-11-20}", "{from: 2026-12-07, to: 2026-12-11}"), NO_STATUS)
        firm.by(JON).on("2026-12-11").do(record_progress, firm.facts(SECOND, *late))
        found = status(firm.on("2026-12-11"))
        assert found is not None
        assert found.schedule is not None
        assert found.schedule.rag is colour, stage


def test_the_report_prints_the_override_and_stays_as_it_was_when_the_thresholds_change(
    firms: Firms, tmp_path_factory: pytest.TempPathFactory
) -> None:
    firm = firms.at("signed", tmp_path_factory.mktemp("printed"))
    better = "{overall: {rag: amber, reason: Late}, schedule: {rag: green, reason: A second team helps}}"
    firm.by(JON).on("2026-11-20").do(record_progress, firm.facts(SECOND, set_to(better)))
    firm.by(JON).on("2026-11-20").issue(REPORT, 1)
    thresholds(firm, "amber_days = 5")
    _, content = firm.do(fetch, REFERENCE, "pdf")
    assert "By our thresholds amber; set to green: A second team helps." in pdf_words(content)
    assert firm.do(reproduce, REFERENCE).exact
