"""`docgen review` says which terms keep a contract from being issued, and who may approve them."""

from __future__ import annotations

from docgen.actions.engagements import record_engagement
from tests.cli.shell import Shell
from tests.firm import AMARA, DORA, ID, Firm

PAYMENT = "terms.fees.payment_days"


def test_the_command_tells_what_keeps_a_contract_from_being_issued(firm: Firm, docgen: Shell) -> None:
    firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", "payment_days: 60")))
    folder = ("--workspace", str(firm.root))
    told = docgen("review", ID, *folder)
    assert told.code == 1
    assert told.out.startswith(f"needs approval (director): {PAYMENT} is 60; standard up to 30; allowed up to 45")
    assert docgen("issue", "contract", ID, *folder, "--as", AMARA).code == 3
    assert docgen("review", "approve", ID, *folder, "--as", DORA).out == f"{PAYMENT}: 60 approved as director\n"
    found = docgen("review", "terms", ID, "--json", *folder)
    assert found.code == 0
    record = found.json
    assert record["may_be_issued"]
    assert [each["approved_by"] for each in record["terms"] if each["ruling"] != "standard"] == [DORA]
    log = docgen("audit", "log", *folder).out
    assert f"approved terms of {ID} that are not the house's standard" in log
