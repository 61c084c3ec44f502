"""Charts as SVG: plain, escaped, without overlaps, the same every time; and as pixels in the same words."""

from __future__ import annotations

import base64
import ctypes
import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from docgen import charts
from docgen.charts import (
    BurnDown,
    Calendar,
    RagRow,
    RagStrip,
    Timeline,
    TimelineRow,
    burn_down,
    rag_strip,
    rasterise,
    timeline,
)
from docgen.charts.money import _round_amounts
from docgen.charts.pen import Pen
from docgen.charts.right_to_left import _in_visual_order, as_drawn
from docgen.doctree.nodes import Picture, Tone
from docgen.errors import MissingHereError
from tests.conformance.verapdf import VeraPdf

PLAIN = {"svg", "g", "rect", "line", "polyline", "polygon", "circle", "text"}
G, A, R = Tone.GREEN, Tone.AMBER, Tone.RED
START, END = dt.date(2026, 10, 5), dt.date(2027, 3, 31)
PIECES = (
    *(
        "קבלת",
        "תם",
        "(קב)",
        "א)",
        "א1",
        "تم",
        "القبول",
        "لا",
        "گچ",
        "١٢٣",
        "1,250.00",
        "12/2026",
        "12",
        "5%",
        "+4",
        "₪5",
    ),
    *("#1", "a1", "D2", "(D2)", "[x]", "Order", "(", "%", "-", "—"),
)
HOSTILE = '<b>{{ x }}</b> & "quotes" \'\n\x00\ud800 ../../etc/passwd'


def calendar(today: dt.date | None = None) -> Calendar:
    return Calendar(
        month=lambda day: day.strftime("%b %Y"),
        day=lambda day: f"{day.day} {day:%b}",
        today=today,
        today_label=f"{today:%d %B %Y}" if today else "",
    )


def pounds(amount: Decimal) -> str:
    return f"GBP {amount:,.0f}"


def spent(*amounts: int, start: dt.date = START, days: int = 7) -> charts.Amounts:
    """Return a line that falls from the first amount, one point every so many days."""
    return tuple((start + dt.timedelta(days=days * number), Decimal(amount)) for number, amount in enumerate(amounts))


def a_burn_down(actual: charts.Amounts, today: dt.date | None = None) -> BurnDown:
    return BurnDown(
        calendar=calendar(today),
        money=pounds,
        plan=((START, Decimal(100_000)), (END, Decimal(0))),
        actual=actual,
        forecast=((actual[-1][0], actual[-1][1]), (END, Decimal(-500))) if actual else (),
        plan_label="Plan",
        actual_label="Remaining",
        forecast_label="Forecast",
    )


def a_timeline(*rows: TimelineRow, today: dt.date | None = None) -> Timeline:
    return Timeline(calendar(today), rows, "Baseline", "Forecast", "Reached")


def a_strip(*tones: Tone | None) -> RagStrip:
    return RagStrip(tuple(f"W{number}" for number in range(1, len(tones) + 1)), (RagRow("Overall", tones),))


def texts(picture: Picture) -> list[etree._Element]:
    return [element for element in drawing(picture).iter() if etree.QName(element).localname == "text"]


def words(picture: Picture) -> list[str]:
    return [element.text or "" for element in texts(picture)]


def titles(picture: Picture) -> list[str]:
    """Return the words at the left edge, where a row begins."""
    return [element.text or "" for element in texts(picture) if element.get("x") == "0.00"]


def drawing(picture: Picture) -> etree._Element:
    return etree.fromstring(picture.svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def elements(picture: Picture, name: str) -> list[etree._Element]:
    return [element for element in drawing(picture).iter() if etree.QName(element).localname == name]


def text_boxes(picture: Picture) -> list[tuple[str, float, float, float, float]]:
    """Return each text with the place it takes: its words, left, top, right and bottom."""
    measure = Pen(charts.FONT)
    boxes = []
    for element in texts(picture):
        x, y, size = (float(element.get(name) or 0) for name in ("x", "y", "font-size"))
        width = measure.width(element.text or "", size)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[element.get("text-anchor") or "start"]
        boxes.append((element.text or "", left, y - size * 0.75, left + width, y + size * 0.2))
    return boxes


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    return [
        (first[0], second[0])
        for first, second in combinations(text_boxes(picture), 2)
        if first[1] < second[3] and second[1] < first[3] and first[2] < second[4] and second[2] < first[4]
    ]


def beyond_the_sheet(picture: Picture) -> list[str]:
    return [
        shown
        for shown, left, top, right, bottom in text_boxes(picture)
        if left < -0.5 or right > picture.width + 0.5 or top < -0.5 or bottom > picture.height + 0.5
    ]


SIXTY_ROWS = tuple(
    TimelineRow(f"Milestone {number}", START + dt.timedelta(days=9 * number), START + dt.timedelta(days=10 * number))
    for number in range(60)
)
ONE_OF_EACH = {
    "burn-down": burn_down(a_burn_down(spent(100_000, 96_000, 96_000, 81_000), dt.date(2026, 10, 26))),
    "burn-down, nothing yet": burn_down(BurnDown(calendar(START), pounds)),
    "burn-down, one point": burn_down(a_burn_down(spent(100_000), START)),
    "burn-down, sixty points": burn_down(a_burn_down(spent(*range(100_000, 40_000, -1_000), days=2))),
    "burn-down, overspent": burn_down(a_burn_down(spent(100_000, 40_000, -60_000), dt.date(2026, 10, 19))),
    "burn-down, one week": burn_down(BurnDown(calendar(), pounds, plan=spent(900, 400, 0, days=3))),
    "burn-down, five centuries": burn_down(BurnDown(calendar(), pounds, plan=spent(900, 400, 0, days=90_000))),
    "burn-down, to the end of time": burn_down(
        BurnDown(calendar(), pounds, plan=((dt.date.min, Decimal(9)), (dt.date.max, Decimal(0))))
    ),
    "timeline, one milestone": timeline(a_timeline(TimelineRow("Live", END, END), today=START)),
    "timeline, no milestone": timeline(a_timeline(today=START)),
    "timeline, no dates": timeline(a_timeline(TimelineRow("Live"))),
    "timeline, all past": timeline(a_timeline(TimelineRow("Live", START, None, START, "on time", G), today=END)),
    "timeline, moved": timeline(
        Timeline(
            calendar(START),
            (TimelineRow("Live", START, END, current=dt.date(2027, 1, 8)),),
            "Baseline",
            "Forecast",
            "Reached",
            "In force",
        )
    ),
    "timeline, sixty milestones": timeline(a_timeline(*SIXTY_ROWS, today=END)),
    "timeline, hostile": timeline(a_timeline(TimelineRow(HOSTILE, START, END, note=HOSTILE))),
    "timeline, Arabic": timeline(a_timeline(TimelineRow("تم قبول الهندسة (D2)", START, END))),
    "timeline, Japanese": timeline(
        a_timeline(TimelineRow("注文サービスの本番稼働と並行運用の完了、検収まで", START, END))
    ),
    "strip": rag_strip(a_strip(None, G, A, R)),
    "strip, empty": rag_strip(RagStrip((), ())),
    "strip, sixty periods": rag_strip(a_strip(*[G, A, R, None] * 15)),
}


@pytest.mark.parametrize("picture", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
class TestEveryPicture:
    def test_holds_nothing_but_shapes_and_words(self, picture: Picture) -> None:
        assert {etree.QName(element).localname for element in drawing(picture).iter()} <= PLAIN
        attributes = {name for element in drawing(picture).iter() for name in element.attrib}
        assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]
        assert "opacity" not in picture.svg
        assert "url(" not in picture.svg

    def test_says_how_large_it_is(self, picture: Picture) -> None:
        root = drawing(picture)
        assert (root.get("width"), root.get("height")) == (str(charts.WIDTH), str(picture.height))
        assert root.get("viewBox") == f"0 0 {charts.WIDTH} {picture.height}"

    def test_writes_every_place_with_two_decimals(self, picture: Picture) -> None:
        for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "font-size"):
            for shape in ("text", "line", "circle"):
                found = [element.get(name) for element in elements(picture, shape)]
                assert all(re.fullmatch(r"-?\d+\.\d\d", place) for place in found if place is not None)

    def test_sets_no_words_over_others_nor_off_the_sheet(self, picture: Picture) -> None:
        assert overlapping(picture) == []
        assert beyond_the_sheet(picture) == []


class TestBurnDown:
    def test_the_same_figures_give_the_same_bytes(self) -> None:
        assert burn_down(a_burn_down(spent(9, 5, 1))).svg == burn_down(a_burn_down(spent(9, 5, 1))).svg

    def test_the_axis_has_round_amounts_from_zero(self) -> None:
        shown = words(burn_down(BurnDown(calendar(), pounds, plan=((START, Decimal(107_800)), (END, Decimal(0))))))
        assert [label for label in shown if label.startswith("GBP")] == [
            "GBP 0",
            "GBP 25,000",
            "GBP 50,000",
            "GBP 75,000",
            "GBP 100,000",
        ]

    @given(st.decimals(-(10**15), 10**15, places=2), st.decimals(0, 10**15, places=2))
    def test_there_are_two_to_five_round_amounts_with_zero_among_them(self, low: Decimal, high: Decimal) -> None:
        ticks = _round_amounts(min(low, Decimal(0)), high)
        assert Decimal(0) in ticks
        assert 2 <= len(ticks) <= 5 or low >= 0 == high
        assert all(min(low, Decimal(0)) <= tick <= high for tick in ticks)

    def test_the_plan_is_dashed_the_forecast_dotted_and_what_happened_solid(self) -> None:
        lines = elements(burn_down(a_burn_down(spent(9, 5))), "polyline")
        assert [line.get("stroke-dasharray") for line in lines[:3]] == ["5 3", "1.75 3", None]

    def test_beside_each_label_stands_a_sample_of_its_line(self) -> None:
        picture = burn_down(a_burn_down(spent(9, 5)))
        samples = elements(picture, "polyline")[3:]
        assert [sample.get("stroke-dasharray") for sample in samples] == [None, "1.75 3", "5 3"]
        labels = [text for text in texts(picture) if text.text in {"Remaining", "Forecast", "Plan"}]
        assert [text.text for text in labels] == ["Remaining", "Forecast", "Plan"]
        for sample, label in zip(samples, labels, strict=True):
            ends = [float(spot.split(",")[0]) for spot in (sample.get("points") or "").split()]
            assert ends[0] < ends[1] < float(label.get("x") or 0) < ends[1] + 6

    def test_money_that_is_left_stands_higher_than_money_that_is_spent(self) -> None:
        line = elements(burn_down(BurnDown(calendar(), pounds, actual=spent(900, 100))), "polyline")[0]
        (x1, y1), *_, (x2, y2) = (map(float, spot.split(",")) for spot in (line.get("points") or "").split())
        assert x1 < x2
        assert y1 < y2

    def test_between_two_reports_the_line_holds_what_the_first_one_said(self) -> None:
        line = elements(burn_down(BurnDown(calendar(), pounds, actual=spent(900, 500, 500, 100))), "polyline")[0]
        spots = [spot.split(",") for spot in (line.get("points") or "").split()]
        assert all(before[0] == after[0] or before[1] == after[1] for before, after in pairwise(spots))
        assert [after[0] for before, after in pairwise(spots) if before[1] != after[1]] == [spots[2][0], spots[-1][0]]

    def test_a_single_report_is_a_dot(self) -> None:
        picture = burn_down(BurnDown(calendar(), pounds, actual=spent(900), actual_label="Remaining"))
        assert (len(elements(picture, "circle")), elements(picture, "polyline")) == (1, [])
        assert "Remaining" in words(picture)

    def test_many_reports_show_only_their_last_dot(self) -> None:
        few, many = (burn_down(a_burn_down(spent(*range(count, 0, -1)))) for count in (5, 99))
        assert (len(elements(few, "circle")), len(elements(many, "circle"))) == (5, 1)

    def test_today_is_marked_and_one_far_away_is_not(self) -> None:
        assert "26 October 2026" in words(burn_down(a_burn_down(spent(9, 5), dt.date(2026, 10, 26))))
        assert "01 January 2040" not in words(burn_down(a_burn_down(spent(9, 5), dt.date(2040, 1, 1))))

    def test_amounts_of_thirty_digits_are_printed_whole(self) -> None:
        huge = Decimal(10) ** 29
        shown = words(
            burn_down(
                BurnDown(calendar(), lambda amount: f"IRR {amount:,.2f}", plan=((START, huge), (END, Decimal(0))))
            )
        )
        assert f"IRR {huge:,.2f}" in shown

    @given(
        st.lists(st.integers(-50_000, 120_000), min_size=1, max_size=40),
        st.integers(1, 20),
        st.integers(-10, 400),
        st.sampled_from(["Left", "GBP 85,860.00 remaining on 20 November 2026"]),
    )
    def test_labels_overlap_in_no_chart(self, amounts: list[int], days: int, today: int, label: str) -> None:
        actual = spent(*amounts, days=days)
        last = max(END, actual[-1][0])
        chart = BurnDown(
            calendar=calendar(START + dt.timedelta(days=today)),
            money=pounds,
            plan=((START, Decimal(100_000)), (START, Decimal(80_000)), (END, Decimal(0))),
            actual=actual,
            forecast=(actual[-1], (last, Decimal(-3_000))),
            plan_label="Plan",
            actual_label=label,
            forecast_label="Forecast: GBP 3,000 over",
        )
        assert overlapping(burn_down(chart)) == []
        assert beyond_the_sheet(burn_down(chart)) == []


class TestTimeline:
    def fills(self, row: TimelineRow) -> list[str]:
        chart = Timeline(calendar(), (row,))
        return [element.get("fill") or "" for element in elements(timeline(chart), "polygon")]

    def test_a_milestone_planned_is_hollow_one_expected_half_and_one_reached_full(self) -> None:
        assert self.fills(TimelineRow("Live", baseline=START)) == ["#ffffff"]
        assert self.fills(TimelineRow("Live", forecast=START)) == ["#ffffff", charts.ACCENT]
        assert self.fills(TimelineRow("Live", actual=START)) == [charts.ACCENT]
        assert self.fills(TimelineRow("Live", START, END, END)) == ["#ffffff", charts.ACCENT]

    def places(self, picture: Picture) -> list[tuple[float, float]]:
        """Return where each diamond of the milestones begins and ends, from left to right."""
        spots = [
            [float(spot.split(",")[0]) for spot in (each.get("points") or "").split()] for each in diamonds(picture)
        ]
        return [(min(row), max(row)) for row in spots]

    def test_a_day_in_force_stands_apart_from_the_baseline_as_an_upright_bar(self) -> None:
        def uprights(current: dt.date | None) -> list[float]:
            row = TimelineRow("Live", START, END, current=current)
            lines = elements(timeline(Timeline(calendar(), (row,))), "line")
            return [float(line.get("x1") or 0) for line in lines if line.get("stroke-width") == "2.00"]

        (place,) = uprights(dt.date(2027, 1, 2))
        baseline, expected = self.places(timeline(Timeline(calendar(), (TimelineRow("Live", START, END),))))
        assert baseline[1] < place < expected[0]
        assert uprights(START) == uprights(None) == []

    def test_the_key_names_the_markers_that_are_drawn_and_no_others(self) -> None:
        def key(row: TimelineRow) -> list[str]:
            labels = ("Baseline", "Forecast", "Reached", "In force")
            return [word for word in words(timeline(Timeline(calendar(), (row,), *labels))) if word in labels]

        assert key(TimelineRow("Live", START, current=START)) == ["Baseline"]
        assert key(TimelineRow("Live", START, END, current=END)) == ["Baseline", "In force", "Forecast"]
        assert key(TimelineRow("Live", START, END, START)) == ["Baseline", "Reached"]

    def test_a_baseline_under_another_marker_is_drawn_larger_around_it(self) -> None:
        def widths(forecast: dt.date) -> list[float]:
            rows = (TimelineRow("Live", START, forecast), TimelineRow("Done", END))
            return [right - left for left, right in self.places(timeline(Timeline(calendar(), rows)))][:2]

        near, far = widths(START + dt.timedelta(days=2)), widths(START + dt.timedelta(days=60))
        assert near[0] > near[1]
        assert far[0] == far[1]

    def test_a_slip_is_a_bar_from_the_day_in_force_to_the_day_expected(self) -> None:
        def bars(row: TimelineRow) -> list[str]:
            lines = elements(timeline(a_timeline(row)), "line")
            return [line.get("stroke") or "" for line in lines if line.get("stroke-width") == "2.50"]

        assert bars(TimelineRow("Live", START, END, tone=R, current=END)) == []
        assert len(bars(TimelineRow("Live", START, END, tone=R))) == 1
        assert bars(TimelineRow("Live", START, END, tone=R)) != bars(TimelineRow("Live", START, END, tone=G))
        assert bars(TimelineRow("Live", START, START)) == []

    def test_a_long_title_ends_in_an_ellipsis_and_leaves_the_markers_free(self) -> None:
        picture = timeline(a_timeline(TimelineRow("Plan accepted by the operations board " * 3, START, END)))
        title = next(box for box in text_boxes(picture) if box[0].startswith("Plan"))
        first_marker = elements(picture, "polygon")[0].get("points") or ""
        assert title[0].endswith("…")
        assert title[3] < float(first_marker.split(",")[0])

    def test_a_title_that_fits_is_printed_whole(self) -> None:
        assert "Milestone 59" in words(ONE_OF_EACH["timeline, sixty milestones"])

    def test_hostile_words_stay_words(self) -> None:
        assert titles(timeline(a_timeline(TimelineRow(HOSTILE[:26], START)))) == ['<b>{{ x }}</b> & "quotes"']
        assert "script" not in timeline(a_timeline(TimelineRow("</text><script>", START))).svg.replace("&lt;script", "")

    def test_a_hostile_font_name_stays_in_its_attribute(self) -> None:
        picture = timeline(a_timeline(TimelineRow("Live", START)), font="Carlito\"'><script>")
        assert elements(picture, "g")[0].get("font-family") == "'Carlitoscript', sans-serif"

    def test_sixty_milestones_still_stand_on_one_page(self) -> None:
        assert ONE_OF_EACH["timeline, sixty milestones"].height < 960


def diamonds(picture: Picture) -> list[etree._Element]:
    """Return the outlines of the diamonds; a half-filled one has its half beside it."""
    return [each for each in elements(picture, "polygon") if len((each.get("points") or "").split()) == 4]


WORDS = st.one_of(
    st.sampled_from(
        ["", "Live", HOSTILE, "</text><script>", "קבלת (D2) v2", "تم قبول الهندسة", "注文サービス", "\u202eevil"]
    ),
    st.text(max_size=60),
)
DAYS = st.one_of(
    st.sampled_from([START, END, dt.date.min, dt.date.max]), st.dates(dt.date(2026, 1, 1), dt.date(2029, 1, 1))
)
AMOUNTS = st.one_of(
    st.sampled_from([Decimal(0), Decimal("-0.01"), Decimal(10) ** 30, -(Decimal(10) ** 30)]),
    st.decimals(-(10**10), 10**10, places=2),
)
LINES = st.lists(st.tuples(DAYS, AMOUNTS), max_size=8).map(lambda points: tuple(sorted(points)))
CALENDARS = st.builds(calendar, st.none() | DAYS)
MAYBE = st.none() | DAYS
ODD_CHARTS = st.one_of(
    st.builds(BurnDown, CALENDARS, st.just(pounds), LINES, LINES, LINES, WORDS, WORDS, WORDS).map(burn_down),
    st.builds(
        Timeline,
        CALENDARS,
        st.lists(
            st.builds(TimelineRow, WORDS, MAYBE, MAYBE, MAYBE, WORDS, st.sampled_from(Tone), MAYBE), max_size=6
        ).map(tuple),
        WORDS,
        WORDS,
        WORDS,
        WORDS,
    ).map(timeline),
    st.builds(
        RagStrip,
        st.lists(WORDS, max_size=8).map(tuple),
        st.lists(
            st.builds(RagRow, WORDS, st.lists(st.none() | st.sampled_from(Tone), max_size=40).map(tuple)), max_size=6
        ).map(tuple),
        st.tuples(*[st.sampled_from(["G", "Gr", "<", "ק"])] * 3),
        st.tuples(WORDS, WORDS, WORDS),
    ).map(rag_strip),
)


class TestOddFigures:
    """One point or none, all zero, overspent many times, all on one day, without a plan, in any script."""

    @given(ODD_CHARTS)
    def test_a_picture_is_sound_with_everything_on_the_sheet_and_no_words_over_others(self, picture: Picture) -> None:
        assert {etree.QName(element).localname for element in drawing(picture).iter()} <= PLAIN
        assert [place for place in places(picture) if not on_the_sheet(place, picture)] == []
        assert beyond_the_sheet(picture) == []
        assert overlapping(picture) == []

    def test_a_key_whose_words_have_no_room_is_cut_within_the_sheet(self) -> None:
        meanings = ("nothing to do for anybody, all goes as it was planned in the beginning",) * 3
        picture = rag_strip(RagStrip(("1",), (RagRow("Overall", (G,)),), meanings=meanings))
        assert beyond_the_sheet(picture) == []
        assert sum(shown.endswith("…") for shown in words(picture)) == 3


def places(picture: Picture) -> list[tuple[float, float]]:
    """Return every place that a shape is drawn through."""
    found = []
    for element in drawing(picture).iter():
        found += [tuple(map(float, spot.split(","))) for spot in (element.get("points") or "").split()]
        found += [
            (float(element.get(x) or 0), float(element.get(y) or 0))
            for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy"))
            if element.get(x) is not None
        ]
    return [(x, y) for x, y in found]


def on_the_sheet(place: tuple[float, float], picture: Picture) -> bool:
    return 0 <= place[0] <= picture.width and 0 <= place[1] <= picture.height


class TestTimeAxis:
    def shown(self, first: dt.date, last: dt.date) -> list[str]:
        """Return the words along the axis of a milestone that slips from one day to another."""
        named = Calendar(
            month=lambda day: f"{day:%b}",
            day=lambda day: f"{day.day} {day:%b}",
            month_and_year=lambda day: f"{day:%b %Y}",
            day_and_year=lambda day: f"{day.day} {day:%b %Y}",
        )
        picture = timeline(Timeline(named, (TimelineRow("Live", first, last),)))
        assert overlapping(picture) == []
        return words(picture)[:-1]

    def test_the_first_month_and_each_january_have_the_year(self) -> None:
        assert self.shown(dt.date(2026, 10, 5), dt.date(2027, 3, 31)) == [
            "Oct 2026",
            "Nov",
            "Dec",
            "Jan 2027",
            "Feb",
            "Mar",
        ]

    def test_months_without_room_beside_a_year_are_skipped_evenly(self) -> None:
        assert self.shown(dt.date(2026, 4, 3), dt.date(2028, 5, 10)) == [
            "Apr 2026",
            "Jul",
            "Oct",
            "Jan 2027",
            "Apr",
            "Jul",
            "Oct",
            "Jan 2028",
            "Apr",
        ]

    def test_a_month_that_is_cut_off_leaves_the_year_to_the_next(self) -> None:
        assert self.shown(dt.date(2026, 10, 28), dt.date(2027, 3, 31))[:2] == ["Nov 2026", "Dec"]

    def test_the_first_day_of_a_short_axis_and_the_first_of_a_new_year_have_the_year(self) -> None:
        assert self.shown(dt.date(2026, 12, 21), dt.date(2027, 1, 18)) == [
            "21 Dec 2026",
            "28 Dec",
            "4 Jan 2027",
            "11 Jan",
        ]

    @given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 9_000))
    def test_every_axis_names_its_year(self, first: dt.date, days: int) -> None:
        shown = self.shown(first, first + dt.timedelta(days=days))
        assert re.search(r" 20\d\d$", shown[0])
        assert all(re.search(r" 20\d\d$", word) for word in shown if word.startswith("Jan"))


class TestRightToLeft:
    @pytest.mark.parametrize(
        ("logical", "drawn"),
        [
            ("קבלת (D2) v2", "v2 (D2) תלבק"),
            ("Milestone 3: קבלת (D2)", "Milestone 3: תלבק (D2)"),
            ("עלות 1,250.00 (כולל)", "(ללוכ) 1,250.00 תולע"),
            ("אב, גד", "דג ,בא"),
        ],
    )
    def test_words_are_drawn_in_reading_order(self, logical: str, drawn: str) -> None:
        assert _in_visual_order(logical) == drawn

    def test_arabic_letters_are_joined(self) -> None:
        assert as_drawn("كتب") == "\u202d\ufe90\ufe98\ufedb\u202c"
        assert as_drawn("لا") == "\u202d\ufefb\u202c"
        assert as_drawn("ورد") == "\u202d\ufea9\ufead\ufeed\u202c"

    def test_vowel_points_are_left_out_and_composed_accents_kept(self) -> None:
        rows = (TimelineRow("Cafe\u0301", START), TimelineRow("שָׁלוֹם", START))
        assert titles(timeline(a_timeline(*rows))) == ["Café", "\u202d\u05dd\u05d5\u05dc\u05e9\u202c"]

    def test_isolates_around_a_value_are_left_out(self) -> None:
        assert titles(timeline(a_timeline(TimelineRow("\u2068Live\u2069", START)))) == ["Live"]

    def test_a_title_cut_off_ends_in_an_ellipsis_on_its_left(self) -> None:
        row = TimelineRow("تم قبول الهندسة المعمارية من قبل مجلس العمليات في الشركة", START)
        assert titles(timeline(a_timeline(row)))[0].startswith("\u202d…")

    def test_words_from_left_to_right_are_left_alone(self) -> None:
        assert as_drawn("Plan (D2), 注文 €5") == "Plan (D2), 注文 €5"

    @given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
    def test_fribidi_agrees(self, parts: list[str]) -> None:
        logical = " ".join(parts)
        drawn = as_drawn(logical)
        if drawn != logical:
            assert drawn == f"\u202d{ordered_by_fribidi(logical)}\u202c"


def ordered_by_fribidi(logical: str) -> str:
    """Return what the library behind Pango makes of a line; skips where it is not installed."""
    try:
        library = ctypes.CDLL("libfribidi.so.0")
    except OSError:
        pytest.skip("libfribidi is not installed")
    characters = ctypes.c_uint32 * (len(logical) + 1)
    source, drawn = characters(*map(ord, logical)), characters()
    by_first_strong = ctypes.c_uint32(0x40)
    library.fribidi_log2vis(source, len(logical), ctypes.byref(by_first_strong), drawn, None, None, None)
    return "".join(map(chr, drawn[: len(logical)])).replace("\ufeff", "")


class TestStrip:
    def test_each_status_has_its_letter(self) -> None:
        assert words(rag_strip(a_strip(G, A, R, None)))[:4] == ["Overall", "G", "A", "R"]

    def test_letters_and_their_meaning_are_given_in_any_language(self) -> None:
        chart = RagStrip(
            ("KW 47",), (RagRow("Termine", (A,)),), ("P", "A", "E"), ("im Plan", "Abweichung", "Entscheidung")
        )
        assert words(rag_strip(chart)) == [
            "Termine",
            "A",
            "KW 47",
            "P",
            "im Plan",
            "A",
            "Abweichung",
            "E",
            "Entscheidung",
        ]

    def test_without_colours_green_is_light_red_is_dark_and_amber_is_hatched_between_them(self) -> None:
        brightness = [cell_brightness(tone) for tone in (G, A, R)]
        assert brightness[0] - 20 > brightness[1] > brightness[2] + 60
        hatching = [len(elements(rag_strip(a_strip(tone)), "line")) for tone in (G, A, R)]
        assert hatching[0] == hatching[2] == 0
        assert hatching[1] > 5

    def test_the_latest_periods_are_shown_when_there_are_many(self) -> None:
        shown = words(ONE_OF_EACH["strip, sixty periods"])
        assert "W60" in shown
        assert "W1" not in shown

    @pytest.mark.parametrize("title", ["Overall", "A dimension whose name is longer than any other"])
    def test_as_many_periods_are_shown_as_it_says_whatever_the_rows_are_called(self, title: str) -> None:
        many = charts.PERIODS + 9
        picture = rag_strip(RagStrip(("",) * many, (RagRow(title, (G,) * many),)))
        assert words(picture).count("G") == charts.PERIODS
        assert beyond_the_sheet(picture) == []

    def test_forty_eight_rows_still_stand_on_one_page(self) -> None:
        assert rag_strip(RagStrip(("W1",), (RagRow("Overall", (G,)),) * 48)).height < 960

    def test_a_short_row_ends_with_the_latest_period(self) -> None:
        chart = RagStrip(("1", "2", "3"), (RagRow("Overall", (R,)), RagRow("Scope", (G, G, G))))
        red, last_green = (
            next(box for box in text_boxes(rag_strip(chart))[::-1] if box[0] == letter) for letter in "RG"
        )
        assert abs((red[1] + red[3]) - (last_green[1] + last_green[3])) < 1


def cell_brightness(tone: Tone) -> float:
    values = on_white(rag_strip(RagStrip(("",), (RagRow("", (tone,)),)))).crop((16, 2, 33, 19)).tobytes()
    return sum(values) / len(values)


class TestPixels:
    def test_a_picture_becomes_a_png_of_the_width_asked_for(self) -> None:
        png = rasterise(ONE_OF_EACH["burn-down"].svg, 1280)
        assert png.startswith(b"\x89PNG")
        assert Image.open(io.BytesIO(png)).size == (1280, 2 * ONE_OF_EACH["burn-down"].height)

    def test_what_lies_under_a_picture_shows_through(self) -> None:
        png = rasterise(ONE_OF_EACH["burn-down"].svg, charts.WIDTH)
        assert Image.open(io.BytesIO(png)).convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 1)

    def test_the_words_are_drawn(self) -> None:
        picture = timeline(Timeline(calendar(), (TimelineRow("Live"),)))
        wordless = Picture(re.sub("<text.*</text>", "", picture.svg), picture.width, picture.height)
        assert dark_pixels(picture) > dark_pixels(wordless) + 50

    @pytest.mark.parametrize("pair", [("قبول", "وصول"), ("注文", "検収"), ("קבלת", "לקוח")])
    def test_other_scripts_are_drawn_and_not_replaced_by_boxes(self, pair: tuple[str, str]) -> None:
        first, second = (timeline(Timeline(calendar(), (TimelineRow(title),))) for title in pair)
        assert dark_pixels(first) != dark_pixels(second)

    def test_the_bytes_are_the_same_in_another_process(self) -> None:
        svg = ONE_OF_EACH["timeline, Arabic"].svg
        script = (
            "import sys; from docgen.charts import rasterise; sys.stdout.buffer.write(rasterise(sys.stdin.read(), 640))"
        )
        again = subprocess.run(
            [sys.executable, "-c", script], input=svg.encode(), capture_output=True, check=True, env={"PYTHONUTF8": "1"}
        )
        assert again.stdout == rasterise(svg, 640)

    @pytest.mark.parametrize(
        "content",
        [
            '<image href="/etc/hostname"/>',
            '<image xlink:href = "https://example.org/logo.png"/>',
            '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
            "<style>@import 'https://example.org/style.css'</style>",
            '<rect fill="url(file:///etc/hostname)"/>',
        ],
    )
    def test_a_picture_that_refers_to_the_outside_is_refused(self, content: str) -> None:
        with pytest.raises(ValueError, match="outside itself"):
            rasterise(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{content}</svg>', 9)

    def test_a_logo_with_gradients_is_welcome(self) -> None:
        logo = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><linearGradient id="g"/></defs>'
            '<rect width="9" height="9" fill="url(#g)"/></svg>'
        )
        assert rasterise(logo, 9).startswith(b"\x89PNG")

    def test_a_font_that_is_not_installed_is_named(self) -> None:
        with pytest.raises(MissingHereError, match="Imaginary Grotesk is not installed"):
            rasterise(timeline(a_timeline(TimelineRow("Live", START)), font="Imaginary Grotesk").svg, 640)


def on_white(picture: Picture) -> Image.Image:
    """Return a picture's pixels in shades of grey on white paper."""
    drawn = Image.open(io.BytesIO(rasterise(picture.svg, charts.WIDTH))).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("L")


def dark_pixels(picture: Picture) -> int:
    return sum(value < 128 for value in on_white(picture).tobytes())


def test_every_picture_passes_pdf_a(verapdf: VeraPdf) -> None:
    report = verapdf.validate(as_pdf(ONE_OF_EACH.values()), "3a")
    assert report.compliant, str(report)


def as_pdf(pictures: Iterable[Picture]) -> bytes:
    import weasyprint

    sources = (base64.b64encode(picture.svg.encode()).decode() for picture in pictures)
    figures = "".join(f'<img alt="A chart" src="data:image/svg+xml;base64,{source}">' for source in sources)
    page = "<html lang=en><title>Charts</title><style>* { image-rendering: crisp-edges }</style>"
    pdf: bytes = weasyprint.HTML(string=f"{page}<body>{figures}").write_pdf(pdf_variant="pdf/a-3a")
    return pdf
