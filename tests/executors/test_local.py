"""Processes on this machine: one outcome for each task, whatever a task does, and nothing left behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.executors.addresses import executor
from docgen.executors.local import Local, NurseryError
from docgen.executors.work import Crashed, Done, Failed, Limits, Outcome, OutOfMemory, Task, TimedOut

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1024**2
LIMITS = Limits(seconds=20, memory=192 * MEBIBYTE)
BRISK = Limits(seconds=0.5, memory=192 * MEBIBYTE)


def job(name: str, argument: object = None, key: str = "") -> Task:
    return Task(key or name, f"tests.executors.jobs:{name}", argument)


def doubles(count: int) -> Iterator[Task]:
    return (job("double", number, str(number)) for number in range(count))


def done(outcomes: list[Outcome]) -> dict[str, object]:
    """Return the results by key; every task is done."""
    assert all(isinstance(each, Done) for each in outcomes), outcomes
    return {each.key: each.result for each in outcomes if isinstance(each, Done)}


@pytest.fixture(scope="module")
def pool() -> Iterator[Local]:
    with Local(2, LIMITS) as local:
        yield local


@pytest.fixture(scope="module")
def brisk() -> Iterator[Local]:
    with Local(2, BRISK) as local:
        yield local


def kill(process: object) -> None:
    """Kill a process of this one's own, and wait until the system has taken from it all it had."""
    assert isinstance(process, int)
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


def only(pool: Local, task: Task) -> Outcome:
    (outcome,) = pool.run([task])
    assert outcome.key == task.key
    return outcome


# One task


def test_a_task_that_returns_is_done(pool: Local) -> None:
    outcome = only(pool, job("double", 21))
    assert isinstance(outcome, Done)
    assert outcome.result == 42
    assert 0 <= outcome.seconds < LIMITS.seconds


def test_results_are_what_json_makes_of_them(pool: Local) -> None:
    outcome = only(pool, job("pair", 3))
    assert isinstance(outcome, Done)
    assert isinstance(outcome.result, list)
    assert outcome.result[0] == 3


def test_a_hostile_text_comes_back_as_it_was(pool: Local) -> None:
    text = "a\nb\tc \u202e<b> {{ x }} \ud800 “”"
    outcome = only(pool, job("echo", text, key="k\n\u202e"))
    assert isinstance(outcome, Done)
    assert outcome.result == text


def test_a_long_argument_and_a_long_result_cross(pool: Local) -> None:
    outcome = only(pool, job("echo", "x" * 3_000_000))
    assert isinstance(outcome, Done)
    assert len(outcome.result) == 3_000_000


def test_a_refusal_of_docgen_keeps_its_message_and_exit_code(pool: Local) -> None:
    outcome = only(pool, job("miss", "offer.yaml"))
    assert isinstance(outcome, Failed)
    assert (outcome.error, outcome.message) == ("NotFoundError", "There is no file “offer.yaml”.")
    assert (outcome.exit_code, outcome.trace) == (4, "")


def test_an_error_docgen_does_not_know_says_where_it_came_from(pool: Local) -> None:
    outcome = only(pool, job("stumble"))
    assert isinstance(outcome, Failed)
    assert (outcome.error, outcome.message, outcome.exit_code) == ("ZeroDivisionError", "division by zero", None)
    assert "jobs.py" in outcome.trace


def test_a_result_that_json_cannot_write_is_a_failure_of_its_task(pool: Local) -> None:
    outcome = only(pool, job("unwritable"))
    assert isinstance(outcome, Failed)
    assert outcome.error == "TypeError"


@pytest.mark.parametrize("function", ["tests.executors.nowhere:double", "tests.executors.jobs:nothing", "nonsense"])
def test_a_function_that_is_not_there_is_a_failure_of_its_task(pool: Local, function: str) -> None:
    outcome = only(pool, Task("lost", function))
    assert isinstance(outcome, Failed)
    assert outcome.error in ("ModuleNotFoundError", "AttributeError")


def test_an_argument_that_json_cannot_write_is_a_mistake_of_the_caller(pool: Local) -> None:
    with pytest.raises(TypeError):
        list(pool.run([job("double", {1, 2})]))
    assert only(pool, job("double", 1)).key == "double"


@pytest.mark.parametrize("name", ["sleep", "spin", "ignore_everything"])
def test_a_task_past_its_time_is_stopped(brisk: Local, name: str) -> None:
    begun = time.monotonic()
    outcome = only(brisk, job(name, 30.0))
    assert isinstance(outcome, TimedOut)
    assert BRISK.seconds <= outcome.seconds <= time.monotonic() - begun < 5


def test_a_task_that_closes_the_way_back_is_stopped_by_the_clock(brisk: Local) -> None:
    assert isinstance(only(brisk, job("hang_up")), TimedOut)


def test_an_answer_that_came_in_time_counts_when_it_is_read_late(brisk: Local) -> None:
    run = brisk.run([job("double", 1, "first"), job("sleep", 0.2, "second")])
    first = next(run)
    time.sleep(2 * BRISK.seconds)
    assert done([first, *run]) == {"first": 2, "second": "rested"}


@pytest.mark.parametrize(
    ("task", "code", "cause"),
    [
        (job("kill", int(signal.SIGKILL)), -9, "SIGKILL"),
        (job("kill", int(signal.SIGSEGV)), -11, "SIGSEGV"),
        (job("leave", 3), 3, "exit code 3"),
        (job("leave", 0), 0, "exit code 0"),
    ],
)
def test_a_task_that_ends_its_process_crashed(pool: Local, task: Task, code: int, cause: str) -> None:
    outcome = only(pool, task)
    assert isinstance(outcome, Crashed)
    assert (outcome.exit_code, outcome.cause) == (code, cause)


def test_causes_without_a_name_are_numbers() -> None:
    assert [Crashed("k", 0, code).cause for code in (None, -250)] == ["unknown", "signal 250"]


@pytest.mark.parametrize("name", ["devour", "gulp"])
def test_a_task_past_its_memory_is_out_of_memory(pool: Local, name: str) -> None:
    outcome = only(pool, job(name))
    assert isinstance(outcome, OutOfMemory)
    assert outcome.memory == LIMITS.memory


def test_words_of_a_task_go_where_errors_go(tmp_path: Path) -> None:
    ran = script(tmp_path, 'print(next(pool.run([Task("k", "tests.executors.jobs:speak")])).result)')
    out, err = ran.communicate(timeout=60)
    assert (out, err) == (b"said\n", b"a library's own words\n")


# Processes


def test_a_worker_lives_for_many_tasks_and_is_replaced_after_so_many() -> None:
    with Local(1, Limits(seconds=20, tasks_per_worker=5)) as local:
        pids = [each.result[1] for each in local.run(job("pair", n) for n in range(20)) if isinstance(each, Done)]
    assert list(Counter(pids).values()) == [5, 5, 5, 5]


def test_a_worker_that_holds_on_to_memory_is_replaced() -> None:
    with Local(1, LIMITS) as local:
        small = done(list(local.run(job("hoard", 1000, str(n)) for n in range(3))))
        large = done(list(local.run(job("hoard", LIMITS.memory * 2 // 3, str(n)) for n in range(3))))
    assert len(set(small.values())) == 1
    assert len(set(large.values())) == 3


def test_modules_named_before_are_there_in_every_worker_and_missing_ones_are_passed_over() -> None:
    with Local(2, LIMITS, preload=("wave", "no_such_module")) as local:
        outcome = only(local, job("modules"))
    assert isinstance(outcome, Done)
    assert "wave" in outcome.result


def test_a_module_lying_in_the_current_folder_is_not_imported(tmp_path: Path) -> None:
    for name in ("socket", "json", "docgen", "wave"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(9)", encoding="utf-8")
    ran = script(tmp_path, 'print(next(pool.run([Task("k", "tests.executors.jobs:double", 2)])).result)', "wave")
    assert ran.communicate(timeout=60)[0] == b"4\n"


def test_what_a_dead_task_started_dies_with_it(pool: Local, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    assert isinstance(only(pool, job("leave_a_child", str(pid))), Crashed)
    assert_gone([int(pid.read_text(encoding="ascii"))])


def test_a_caller_with_threads_loses_nothing() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with Local(2, LIMITS) as local:
        assert done(list(local.run(doubles(20)))) == {str(n): 2 * n for n in range(20)}
    stop.set()
    thread.join()


def test_the_loss_of_the_process_that_starts_others_is_survived(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Local(2, LIMITS) as local:
        tasks = [job("settle", str(pids), "beside"), job("kill_parent", str(pids)), *doubles(5)]
        outcomes = {each.key: each for each in local.run(tasks)}
        assert_gone([int(line) for line in pids.read_text(encoding="ascii").split()])
    crashed = {key: each.cause for key, each in outcomes.items() if isinstance(each, Crashed)}
    all_lost = "SIGKILL of the process that starts the others, and all of them with it"
    assert crashed == {"beside": all_lost, "kill_parent": all_lost}
    assert len(outcomes) == len(tasks)


def test_the_process_that_starts_others_is_lost_between_two_tasks_and_nothing_with_it() -> None:
    with Local(2, LIMITS) as local:
        first = only(local, job("parent"))
        assert isinstance(first, Done)
        kill(first.result)
        assert done(list(local.run(doubles(6)))) == {str(n): 2 * n for n in range(6)}


def test_where_something_is_done_in_between_a_new_one_is_started_each_time() -> None:
    tasks = [each for n in range(4) for each in (job("take_parent_along", 9, f"kill {n}"), job("double", n, str(n)))]
    with Local(1, LIMITS) as local:
        outcomes = list(local.run(tasks))
    assert [each.key for each in outcomes] == [each.key for each in tasks]
    assert [type(each) for each in outcomes] == 4 * [Crashed, Done]


def test_lost_again_and_again_the_run_ends_and_says_how() -> None:
    tasks = (job("take_parent_along", signal.SIGTERM, str(n)) for n in range(9))
    told: list[str] = []
    with Local(1, LIMITS) as local:
        with pytest.raises(NurseryError, match=r"ended 3 times .* \(SIGTERM\)"):
            told.extend(each.key for each in local.run(tasks))
        assert told == ["0", "1", "2"]
        assert done(list(local.run(doubles(2)))) == {"0": 0, "1": 2}


def test_one_that_ends_before_it_is_ready_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leaving.py").write_text("import os\nos._exit(3)\n", encoding="ascii")
    monkeypatch.syspath_prepend(tmp_path)
    with Local(1, LIMITS, ["leaving"]) as local:
        outcome = only(local, job("double", 1))
    assert isinstance(outcome, Crashed)
    assert outcome.cause.startswith("exit code 3 of the process that starts the others")


def test_a_process_that_dies_between_two_tasks_costs_at_most_the_next_one() -> None:
    with Local(1, LIMITS) as local:
        first = only(local, job("pair", 1))
        assert isinstance(first, Done)
        os.kill(first.result[1], signal.SIGKILL)
        outcomes = list(local.run(doubles(10)))
    assert [each.key for each in outcomes] == [str(n) for n in range(10)]
    assert sum(isinstance(each, Crashed) for each in outcomes) <= 1


# A run


def test_of_two_hundred_tasks_with_killers_among_them_only_the_killers_are_lost(pool: Local) -> None:
    outcomes = list(pool.run(job("maybe_die", number, str(number)) for number in range(200)))
    assert Counter(each.key for each in outcomes) == Counter(str(number) for number in range(200))
    lost = {int(each.key): each.cause for each in outcomes if isinstance(each, Crashed)}
    assert lost == {n: {0: "SIGKILL", 10: "exit code 7", 20: "SIGSEGV"}[n % 30] for n in range(0, 200, 10)}
    assert done([each for each in outcomes if int(each.key) % 10]) == {str(n): n for n in range(200) if n % 10}


def test_others_go_on_while_one_sleeps_past_its_time(brisk: Local) -> None:
    outcomes = list(brisk.run([job("sleep", 30), *doubles(30)]))
    assert isinstance(outcomes[-1], TimedOut)
    assert len(done(outcomes[:-1])) == 30


def test_outcomes_come_in_the_order_in_which_tasks_end(pool: Local) -> None:
    slow, quick = job("sleep", 0.5, "slow"), job("sleep", 0.05, "quick")
    assert [each.key for each in pool.run([slow, quick])] == ["quick", "slow"]


def test_tasks_are_taken_as_there_is_room_for_them(pool: Local) -> None:
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for taken in range(1, 101):
            yield job("double", taken, str(taken))

    for ended, _ in enumerate(pool.run(tasks()), 1):
        assert taken <= ended + 2 * pool.workers
    assert taken == 100


def test_no_tasks_are_no_outcomes_and_no_process() -> None:
    before = children(os.getpid())
    with Local(2, LIMITS) as local:
        assert list(local.run([])) == []
        assert children(os.getpid()) == before


def test_a_run_that_ends_early_stops_what_is_under_way(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Local(2, LIMITS) as local:
        run = local.run([job("settle", str(pids)), job("double", 1), *doubles(100)])
        assert next(run).key == "double"
        (worker, _) = await_pids(pids, 2)
        with pytest.raises(RuntimeError, match="one run at a time"):
            next(local.run([]))
        run.close()  # type: ignore[attr-defined]
        assert_gone([worker])
        assert len(done(list(local.run(doubles(10))))) == 10


def test_leaving_the_executor_leaves_no_process(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with Local(2, LIMITS) as local:
        run = local.run([job("settle", str(pids)), job("double", 1)])
        next(run)
        found = await_pids(pids, 2)
    assert_gone(found, seconds=0)


def test_the_memory_of_the_caller_stays_flat(pool: Local) -> None:
    def run(count: int) -> int:
        assert sum(isinstance(each, Done) for each in pool.run(doubles(count))) == count
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return resident * resource.getpagesize()

    before = run(500)
    assert run(5000) - before < 2 * MEBIBYTE


# The caller's end


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_caller_that_is_killed_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    task = f'Task("k", "tests.executors.jobs:settle", {str(pids)!r})'
    ran = script(tmp_path, f"list(pool.run([{task}, {task}]))", limits="Limits(60)")
    found = await_pids(pids, 4)
    ran.send_signal(number)
    _, err = ran.communicate(timeout=30)
    assert ran.returncode == -number
    assert (b"KeyboardInterrupt" in err) == (number is signal.SIGINT)
    assert_gone(found)


def test_an_executor_has_an_address() -> None:
    with executor("local:3", LIMITS) as three, executor("local", LIMITS) as all_of_them:
        assert three.workers == 3
        assert all_of_them.workers == len(os.sched_getaffinity(0))


def script(folder: Path, body: str, preload: str = "", limits: str = "Limits(20)") -> subprocess.Popen[bytes]:
    """Start a program in a folder that has a pool of two."""
    lines = [
        "import signal, sys",
        # Whoever started the tests may have had these ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)",
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)",
        f"sys.path[:] = {json.dumps(sys.path)}",
        "from docgen.executors.local import Local",
        "from docgen.executors.work import Limits, Task",
        f"with Local(2, {limits}, {(preload,) if preload else ()!r}) as pool:",
        f"    {body}",
    ]
    (folder / "main").mkdir(exist_ok=True)
    (folder / "main" / "program.py").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(folder / "main" / "program.py")]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def await_pids(file: Path, count: int) -> list[int]:
    for _ in range(1000):
        found = file.read_text(encoding="ascii").split() if file.exists() else []
        if len(found) >= count:
            return [int(each) for each in found]
        time.sleep(0.02)
    raise AssertionError(f"{file} has no {count} lines")


def assert_gone(pids: list[int], seconds: float = 10) -> None:
    """Wait until none of some processes runs; one that nobody has waited for is dead too."""
    end = time.monotonic() + seconds
    while living := [pid for pid in pids if lives(pid)]:
        assert time.monotonic() < end, f"{living} are still there"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children(pid: int) -> list[str]:
    """Return the nurseries that a process has."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"docgen.executors.nursery" in command:
                found.append(child)
    return found
