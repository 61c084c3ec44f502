"""What a stranger's template may cost: memory, time and a process of its own, and no more."""

from __future__ import annotations

import os
import pickle
import signal
import time

import pytest

from docgen.actions.bounded import OF_A_FILE, LimitError, bounded
from docgen.actions.desk import Limits
from docgen.errors import DocgenError, ExitCode, Finding, FindingsError, NotFoundError, Place
from docgen.lifecycle.effective import ChangeError, OrderSequenceError
from docgen.models.changes import ChangeOrder
from docgen.templating.catalogue import MissingLanguageError, UnknownTemplateError

LIMITS = Limits(memory=256, seconds=60)
FINDINGS = (Finding("b", "second.", Place("f", 2)), Finding("a", "first.", Place("f", 1)))
ORDER = ChangeOrder.model_validate(
    {
        "engagement": "E-1",
        "number": 1,
        "title": "More",
        "requested_by": "client",
        "requested_on": "2026-11-23",
        "reason": "It is needed",
        "kind": "law",
        "effective_date": "2026-12-07",
        "changes": [{"do": "move_end_date", "days": 7}],
        "settlement": "full",
    }
)


def refused(error: DocgenError) -> str:
    raise error


def endless() -> str:
    while True:
        pass


def asleep() -> str:
    time.sleep(60)
    return ""


def test_the_answer_of_work_within_limits_comes_back() -> None:
    assert bounded("work", lambda: {"pages": 3}, LIMITS) == {"pages": 3}


def test_the_work_runs_in_another_process_that_is_gone_afterwards() -> None:
    worker = bounded("work", os.getpid, LIMITS)

    assert worker != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_work_that_is_bounded_already_is_not_bounded_again() -> None:
    outer, inner = bounded("outer", lambda: (os.getpid(), bounded("inner", os.getpid, LIMITS)), LIMITS)
    assert outer == inner


def test_a_large_answer_comes_back_whole() -> None:
    assert len(bounded("work", lambda: "x" * 5_000_000, LIMITS)) == 5_000_000


@pytest.mark.parametrize("work", [endless, asleep])
def test_work_without_an_end_is_stopped(work: object) -> None:
    began = time.monotonic()
    with pytest.raises(LimitError, match="template was stopped: it took more than 1 seconds") as stopped:
        bounded("template", work, Limits(seconds=1))  # type: ignore[arg-type]

    assert time.monotonic() - began < 30
    assert stopped.value.exit_code is ExitCode.REFUSED


def test_work_that_grows_without_an_end_is_stopped() -> None:
    with pytest.raises(LimitError, match="it took more than 256 MiB of memory"):
        bounded("template", lambda: len("x" * 2_000_000_000), LIMITS)


def test_memory_that_grows_bit_by_bit_is_stopped_too() -> None:
    def grow() -> int:
        parts: list[str] = []
        while True:
            parts.append("x" * 1_000_000 + str(len(parts)))

    with pytest.raises(LimitError, match="MiB of memory"):
        bounded("template", grow, LIMITS)


def test_a_process_that_dies_is_told_and_does_not_hang() -> None:
    with pytest.raises(LimitError, match="its process died"):
        bounded("template", lambda: os.kill(os.getpid(), signal.SIGKILL), LIMITS)


def test_a_file_that_takes_too_long_is_not_looked_at_for_loops() -> None:
    with pytest.raises(LimitError, match="save it anew"):
        bounded("a file", lambda: os.kill(os.getpid(), signal.SIGXCPU), LIMITS, OF_A_FILE)


def test_processor_time_is_told_as_time() -> None:
    with pytest.raises(LimitError, match=f"it took more than {LIMITS.seconds} seconds"):
        bounded("template", lambda: os.kill(os.getpid(), signal.SIGXCPU), LIMITS)


@pytest.mark.parametrize(
    "error",
    [
        FindingsError(FINDINGS),
        NotFoundError("There is no file x."),
        UnknownTemplateError("contrct", ("contract", "letter")),
        MissingLanguageError("contract", "fr", ("en", "de")),
        ChangeError(ORDER, 0, "there is no end date", "Give one.", about="M1"),
        OrderSequenceError([1, 3]),
        LimitError("template", "it took too long"),
    ],
)
def test_a_refusal_comes_back_as_itself_with_all_it_says(error: DocgenError) -> None:
    with pytest.raises(type(error)) as came:
        bounded("template", lambda: refused(error), LIMITS)

    assert str(came.value) == str(error)
    assert vars(came.value) == vars(error)
    assert came.value.exit_code is error.exit_code


def test_findings_keep_their_order_across_the_border() -> None:
    copy = pickle.loads(pickle.dumps(FindingsError(FINDINGS)))  # noqa: S301
    assert [finding.message for finding in copy.findings] == ["first.", "second."]
