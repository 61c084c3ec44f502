"""Every fault of every file at once, each at its line, and none that only follows from another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.errors import ExitCode, NotFoundError, Severity
from docgen.facts.kinds import FORMATS
from docgen.facts.load import FactSet, SettingError, blank_facts, load_files, read_facts, with_settings
from docgen.facts.source import Source, parse_source
from docgen.models.engagement import Engagement

Change = tuple[str, str]


def example(name: str) -> str:
    return (EXAMPLE / f"{name}.yaml").read_text(encoding="utf-8")


def exchanged(text: str, *changes: Change) -> str:
    """Return a text with some of its words exchanged, each where it stands first."""
    for before, after in changes:
        assert before in text, f"{before} is not in the example"
        text = text.replace(before, after, 1)
    return text


def load(folder: Path, settings: tuple[Change, ...] = (), **texts: str) -> FactSet:
    """Return what is read from files of these names (`_` stands for a hyphen) with these texts."""
    paths = []
    for name, text in texts.items():
        path = folder / f"{name.replace('_', '-')}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return load_files(paths, settings)


def said(facts: FactSet) -> list[str]:
    """Return the findings as they are printed, without the folder."""
    return [
        f"{Path(finding.place.file).name}:{str(finding).removeprefix(f'{finding.place.file}:')}"
        for finding in facts.findings
    ]


def faults(folder: Path, *changes: Change) -> list[str]:
    """Return what is said of the example's engagement once some of its words are exchanged."""
    return said(load(folder, engagement=exchanged(example("engagement"), *changes)))


def place(name: str, words: str, mark: str | None = None) -> str:
    """Return the line and the column where a mark stands in the example, after the words before it."""
    text = example(name)
    at = text.index(words)
    at = text.index(mark, at) if mark else at
    return f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"


def demo() -> list[Path]:
    return sorted(EXAMPLE.glob("*.yaml"))


# Files that are right


def test_the_example_is_read_without_a_finding() -> None:
    facts = load_files(demo())

    assert facts.findings == ()
    assert [sourced.facts.id for sourced in facts.engagements] == ["NBS-2026-014"]
    assert [sourced.facts.reference for sourced in facts.orders] == ["CO-001"]
    assert (len(facts.entries), len(facts.breaches)) == (2, 1)


def test_the_order_in_which_files_are_named_does_not_matter() -> None:
    forward, backward = load_files(demo()), load_files(demo()[::-1])

    assert forward.findings == backward.findings
    assert {sourced.source.file for sourced in forward.entries} == {sourced.source.file for sourced in backward.entries}


def test_a_file_named_twice_is_read_once() -> None:
    assert len(load_files([*demo(), *demo()]).entries) == 2


def test_amounts_of_every_file_are_in_the_currency_of_the_engagement() -> None:
    facts = load_files(demo())

    assert facts.breaches[0].facts.defaults[0].amount is not None
    assert facts.breaches[0].facts.defaults[0].amount.currency == "GBP"


def test_a_file_that_is_not_there_stops_the_reading(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        load_files([*demo(), tmp_path / "absent.yaml"])


# Every fault at once


def test_all_faults_of_all_files_are_told_in_one_go_by_file_and_line(tmp_path: Path) -> None:
    engagement = exchanged(
        example("engagement"),
        ("currency: GBP", "currency: Pounds"),
        ("weekday: friday", "weekday: freitag"),
        ("end_date: 2027-03-31", "end_date: 2027-02-30"),
        ("review_days: 5}", "review_days: five}"),
    )
    order = exchanged(
        example("change-order-001"), ("requested_on: 2026-11-23", "requested_on: monday"), ("M2, days", "M7, days")
    )

    assert said(load(tmp_path, engagement=engagement, order=order)) == [
        f"engagement.yaml:{place('engagement', 'currency: ', 'GBP')}: currency: “Pounds” is not a currency."
        " Write a code of ISO 4217, such as GBP. [currency]",
        f"engagement.yaml:{place('engagement', 'weekday: ', 'friday')}: account.report.weekday: “freitag” is not one of"
        " the choices. Did you mean friday? Use one of: monday, tuesday, wednesday, thursday, friday, saturday,"
        " sunday. [enum]",
        f"engagement.yaml:{place('engagement', 'end_date: ', '2027')}: terms.end_date: “2027-02-30” is not a day of the"
        " calendar. Check the month and the day. [date]",
        f"engagement.yaml:{place('engagement', 'review_days: ', '5')}:"
        " terms.scope.deliverables.0.acceptance.review_days: “five” is not a whole number."
        " Write digits only, such as 30. [whole-number]",
        f"order.yaml:{place('change-order-001', 'requested_on: ', '2026')}: requested_on: “monday” is not a date."
        " Write year-month-day, such as 2026-10-05. [date]",
        f"order.yaml:{place('change-order-001', '{do: move_milestone')}: there is no milestone M7 in the terms in"
        " force. There are: M1, M2, M3. [order-change]",
    ]


def test_a_file_that_cannot_be_parsed_does_not_hide_the_others(tmp_path: Path) -> None:
    facts = load(
        tmp_path,
        engagement=exchanged(example("engagement"), ("currency: GBP", "currency: Pounds")),
        order="format: docgen.change-order/1\nchanges: [\n",
    )

    assert [line.rpartition("[")[2] for line in said(facts)] == ["currency]", "yaml]"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("amount: 64000.00", "amount: 64,000.00"), "“64,000.00” is not a number. Write 64000.00. [decimal]"),
        (
            ("amount: 64000.00", "amount: 64000.005"),
            "GBP has 2 decimals, and 64000.005 has more. Write 64000.01 if that",
        ),
        (("kind: fixed", "kind: flat"), "there is no kind “flat”. Use one of: fixed, time, retainer, unit."),
        (("kind: fixed, ", ""), "“kind” is missing. Add `kind:` to say which kind it is."),
        (("summary: Move", "summary: [Move"), "not valid YAML"),
        (("conditions:\n", "conditions: none\nx:\n"), "expected a list. Write [a, b] or one entry a line after `- `."),
        (
            ("mediation: {body: CEDR, days: 30}", "mediation: CEDR"),
            "expected a group of keys. Indent its keys below it.",
        ),
        (('at: "16:00"', "at: 4pm"), "account.report.at: “4pm” is not a time of day."),
        (("id: D1\n", "id: 1\n"), "“1” is not an id. Begin with a letter, then letters and digits: D1."),
    ],
)
def test_a_fault_is_told_with_what_would_be_right(tmp_path: Path, change: Change, expected: str) -> None:
    assert expected in "\n".join(faults(tmp_path, change))


def test_one_fault_in_the_file_is_one_finding(tmp_path: Path) -> None:
    for change in (
        ("currency: GBP", "currency: Pounds"),
        ("kind: fixed", "kind: flat"),
        ("title: Target architecture", "title: {}"),
        ("date: 2026-11-06", "date: soon"),
        ("legal_name: Northbridge Systems Ltd", "legal_name: []"),
        ("locale: en-GB", "locale: english"),
    ):
        assert len(faults(tmp_path, change)) == 1, change


# Keys


def test_a_misspelt_key_is_told_once_with_the_right_one(tmp_path: Path) -> None:
    assert faults(tmp_path, ("governing_law:", "goverming_law:")) == [
        f"engagement.yaml:{place('engagement', 'governing_law')}: “goverming_law” is not known."
        " Did you mean “governing_law”? [unknown-key]"
    ]


def test_what_a_misspelt_key_holds_is_checked_all_the_same(tmp_path: Path) -> None:
    found = faults(tmp_path, ("payment_days: 30", "payment_day: 030"))

    assert found == [
        f"engagement.yaml:{place('engagement', 'payment_days')}: “payment_day” is not known."
        " Did you mean “payment_days”? [unknown-key]",
        f"engagement.yaml:{place('engagement', 'payment_days: ', ' 30')}: terms.fees.payment_days:"
        " “030” is not a whole number. Write 30. [whole-number]",
    ]


def test_an_unknown_key_is_told_with_the_keys_known_there(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("payment_days: 30", "payment_days: 30\n    colour: blue"))

    assert found.endswith(
        "“colour” is not known. Known here: lines, expenses, tax, payment_days, late_interest. [unknown-key]"
    )


def test_a_key_of_another_kind_of_fee_is_unknown(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("amount: 18000.00,", "amount: 18000.00, rate: 5.00,"))

    assert found.endswith("“rate” is not known. Known here: kind, id, description, amount, milestone. [unknown-key]")


def test_a_missing_key_is_told_at_the_group_it_belongs_in(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("  governing_law: England and Wales\n", ""))

    assert found == (
        f"engagement.yaml:{place('engagement', '  effective_date', 'effective')}: “governing_law” is missing in terms."
        " Add `governing_law:`; leave it empty if it is not known yet. [missing]"
    )


def test_a_missing_fact_that_cannot_be_blank_says_so(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("time_zone: Europe/London\n", ""))

    assert found.endswith("“time_zone” is missing. Add `time_zone:`; this fact cannot stay blank. [required]")


# What is faulty is left out, and the rest is checked


def test_beside_a_faulty_value_the_rules_between_fields_still_hold(tmp_path: Path) -> None:
    found = faults(tmp_path, ("payment_days: 30", "payment_days: soon"), ("role: Engineer", "role: []"), ("M3,", "M2,"))

    assert [line.rpartition("[")[2] for line in found] == ["text]", "whole-number]", "unique]"]


def test_what_a_faulty_entry_is_named_by_elsewhere_is_not_told_again(tmp_path: Path) -> None:
    found = faults(tmp_path, ("title: Order service live", "title: {}"))

    assert [line.rpartition("[")[2] for line in found] == ["text]"]


def test_a_faulty_entry_leaves_the_places_of_later_ones_right(tmp_path: Path) -> None:
    found = faults(tmp_path, ("id: D1\n", "id: 1\n"), ("due: 2027-03-12", "due: 2028-03-12"))
    late = [line for line in found if "[date-in-term]" in line]

    assert len(late) == 1
    assert late[0].startswith(f"engagement.yaml:{place('engagement', 'due: 2027-03-12', '2027')}: deliverable D3")


def test_an_empty_file_of_a_format_says_all_it_needs(tmp_path: Path) -> None:
    found = said(load(tmp_path, entry="format: docgen.progress/1\n"))

    assert [line.partition(": ")[2].partition(".")[0] for line in found] == [
        "“engagement” is missing",
        "“period” is missing",
    ]


@given(st.data())
def test_whatever_one_value_becomes_the_engagement_is_read_or_the_fault_is_told(data: st.DataObject) -> None:
    source = parse_source(example("engagement"), "engagement.yaml")
    loc = data.draw(st.sampled_from(sorted(filter(None, source.values), key=str)))
    value = data.draw(st.sampled_from([None, "", "x", "-1", [], {}, ["x"], {"x": "y"}, "\x1b", "1" * 40]))
    group: Any = source.data
    for part in loc[:-1]:
        group = group[part]
    group[loc[-1]] = value

    model, findings = read_facts(source, Engagement, "GBP")

    assert model is not None or findings
    assert all(str(finding).isprintable() for finding in findings)
    assert len({str(finding) for finding in findings}) == len(findings)


# Formats


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b\n", "entry.yaml:1:1: the file is not a group of keys. Begin with `format:` and one of docgen."),
        ("title: Move\n", "entry.yaml:1:1: the file does not say its format. Begin with `format:` and one of docgen."),
        (
            "format: docgen.progres/1\n",
            "entry.yaml:1:9: the format “docgen.progres/1” is not known. Did you mean docgen.pro",
        ),
        ("format: 7\n", "entry.yaml:1:9: the format “7” is not known. Use one of docgen.engagement/1, "),
        ("format: [a]\n", "entry.yaml:1:1: the file does not say its format."),
    ],
)
def test_a_file_says_which_facts_it_holds(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = said(load(tmp_path, entry=text))

    assert found.startswith(expected)


def test_every_format_is_known_by_its_model() -> None:
    assert {kind.model_fields["format"].default for kind in FORMATS.values()} == set(FORMATS)


# Several engagements


def test_each_file_is_checked_against_its_own_engagement(tmp_path: Path) -> None:
    other = exchanged(
        example("engagement"), ("id: NBS-2026-014", "id: NBS-2026-015"), ("id: M2,", "id: M9,"), ("M2}", "M9}")
    )
    order = exchanged(example("change-order-001"), ("NBS-2026-014", "NBS-2026-015"))
    facts = load(tmp_path, first=example("engagement"), second=other, order=order, again=example("change-order-001"))

    assert [sourced.facts.id for sourced in facts.engagements] == ["NBS-2026-014", "NBS-2026-015"]
    assert {Path(finding.place.file).name for finding in facts.findings} == {"order.yaml"}
    assert "there is no milestone M2 in the terms in force" in "\n".join(said(facts))


def test_amounts_follow_the_currency_of_their_own_engagement(tmp_path: Path) -> None:
    yen = exchanged(example("engagement"), ("id: NBS-2026-014", "id: NBS-2026-015"), ("currency: GBP", "currency: JPY"))
    breach = exchanged(example("breach"), ("NBS-2026-014", "NBS-2026-015"), ("amount: 64000.00", "amount: 64000.50"))
    facts = load(tmp_path, first=example("engagement"), second=yen, breach=breach)

    assert "JPY has 0 decimals, and 64000.50 has more. Write 64001 if that is meant." in "\n".join(said(facts))


def test_two_engagements_have_two_ids(tmp_path: Path) -> None:
    facts = load(tmp_path, first=example("engagement"), second=example("engagement"))
    (found,) = said(facts)

    assert f"second.yaml:{place('engagement', 'id: ', 'NBS')}: the engagement NBS-2026-014 is also in" in found
    assert found.endswith("Give one of the two another id. [unique]")


def test_an_engagement_is_found_by_its_id() -> None:
    facts = load_files(demo())

    assert facts.engagement_of("NBS-2026-014") is facts.engagements[0]
    assert facts.engagement_of("NBS-2026-015") is None


# Files without their engagement


@pytest.mark.parametrize("name", ["change-order-001", "progress-2026-11-20", "breach"])
def test_a_file_alone_is_checked_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    facts = load(tmp_path, alone=example(name))

    assert facts.errors == ()
    assert said(facts) == [
        f"alone.yaml:{place(name, 'engagement: ', 'NBS')}: warning: the engagement NBS-2026-014 is not among the files,"
        " so what must agree with it was not checked. Name its file too. [engagement]"
    ]


@pytest.mark.parametrize("name", ["change-order-001", "progress-2026-11-20", "breach"])
def test_a_file_of_an_engagement_that_is_not_named_is_an_error(tmp_path: Path, name: str) -> None:
    stray = exchanged(example(name), ("NBS-2026-014", "NBS-2026-041"))
    facts = load(tmp_path, engagement=example("engagement"), stray=stray)

    assert said(facts) == [
        f"stray.yaml:{place(name, 'engagement: ', 'NBS')}: the engagement NBS-2026-041 is not among the files."
        " Did you mean NBS-2026-014? [engagement]"
    ]
    assert [finding.severity for finding in facts.errors] == [Severity.ERROR]


# Blanks


def test_a_fact_left_open_is_a_blank_and_no_error(tmp_path: Path) -> None:
    facts = load(tmp_path, engagement=exchanged(example("engagement"), ("kind: private limited company", "kind:")))

    assert facts.errors == ()
    assert said(facts) == [
        f"engagement.yaml:{place('engagement', 'kind: private')}: blank: provider.kind is still blank."
        " Documents need it. [blank]"
    ]


def test_a_fact_that_may_be_left_out_is_no_blank(tmp_path: Path) -> None:
    assert faults(tmp_path, ("calendar: {country: GB, subdivision: ENG}", "calendar: {country: GB}")) == []


def test_blanks_are_found_in_lists_too() -> None:
    text = exchanged(example("engagement"), ("due: 2026-10-30", "due:"), ("date: 2027-03-26", "date: ~"))
    model, _ = read_facts(parse_source(text, "engagement.yaml"), Engagement, "GBP")

    assert model is not None
    assert set(blank_facts(model.facts)) == {
        ("terms", "scope", "deliverables", 0, "due"),
        ("terms", "milestones", 2, "date"),
    }


# Values set from outside


def engagement_source() -> Source:
    return parse_source(example("engagement"), "engagement.yaml")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("terms.fees.payment_days", "45", 45),
        ("account.deviation", "high", "high"),
        ("terms.milestones.M2.title", "Live", "Live"),
        ("terms.milestones.2.title", "Live", "Live"),
        ("account.client_goals.1", "Sleep well", "Sleep well"),
        ("calendar.subdivision", "SCT", "SCT"),
        ("terms.governing_law", "", None),
    ],
)
def test_a_value_can_be_set_by_its_path(path: str, value: str, expected: object) -> None:
    model, findings = read_facts(with_settings(engagement_source(), [(path, value)]), Engagement, "GBP")

    assert findings == ()
    assert model is not None
    found: Any = model.facts
    for part in path.split("."):
        if isinstance(found, tuple):
            found = next((entry for entry in found if getattr(entry, "id", "") == part), None) or found[int(part) - 1]
        else:
            found = getattr(found, part)
    assert found == expected


def test_a_group_that_is_not_there_is_made_for_a_value() -> None:
    text = exchanged(example("engagement"), ("calendar: {country: GB, subdivision: ENG}", "calendar:"))
    source = with_settings(parse_source(text, "engagement.yaml"), [("calendar.country", "DE")])

    assert isinstance(source.data, dict)
    assert source.data["calendar"] == {"country": "DE"}


def test_setting_a_value_leaves_what_was_read_as_it_is() -> None:
    source = engagement_source()
    with_settings(source, [("title", "Another"), ("terms.milestones.M1.title", "Another")])

    assert source.data == engagement_source().data


def test_the_last_of_two_values_for_one_path_counts() -> None:
    source = with_settings(engagement_source(), [("title", "First"), ("title", "Second")])

    assert isinstance(source.data, dict)
    assert source.data["title"] == "Second"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (
            "terms.milestones.M9.title",
            "terms.milestones.M9.title cannot be set: terms.milestones has no entry “M9”. There are: M1, M2, M3.",
        ),
        ("terms.milestones.0.title", "terms.milestones has no entry “0”. There are: M1, M2, M3."),
        ("account.client_goals.3", "account.client_goals has no entry “3”. There are: 1 to 2."),
        ("title.words", "title is a single value. Write a path such as terms.fees.payment_days."),
        ("terms..end_date", "a name in the path is empty. Write a path such as terms.fees.payment_days."),
        ("", "a name in the path is empty. Write a path such as terms.fees.payment_days."),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, why: str) -> None:
    with pytest.raises(SettingError) as refused:
        with_settings(engagement_source(), [(path, "x")])

    assert str(refused.value).endswith(why)
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_value_set_is_checked_like_one_in_the_file(tmp_path: Path) -> None:
    facts = load(tmp_path, (("terms.fees.payment_days", "soon"), ("colour", "blue")), engagement=example("engagement"))

    assert [line.partition(": ")[2] for line in said(facts)] == [
        "“colour” is not known. Known here: format, revision, id, title, locale, language, currency, time_zone, "
        "calendar, account, provider, client, approval, terms. [unknown-key]",
        "terms.fees.payment_days: “soon” is not a whole number. Write digits only, such as 30. [whole-number]",
    ]


def test_settings_reach_engagements_and_no_other_file(tmp_path: Path) -> None:
    facts = load(tmp_path, (("title", "Set"),), engagement=example("engagement"), order=example("change-order-001"))

    assert facts.engagements[0].facts.title == "Set"
    assert facts.orders[0].facts.title == "Add the returns service and move go-live"
