"""How long lists and look-ups take in a record of many documents, beside the same in a record of a thousand."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from statistics import median

from _measuring import Peer, answer, arguments, interleaved, print_table
from _record import DOCUMENTS_EACH, NOW, engagement_id, filled_workspace

from docgen.actions.audit import Filter, read_log
from docgen.actions.desk import Desk, open_desk
from docgen.actions.documents import describe, due, list_documents
from docgen.actions.engagements import list_engagements

SMALL = 1000
LIMIT = 20
DOCGEN = "from docgen.cli.main import main; main()"
LIMITED = ("--limit", str(LIMIT))
COMMANDS = {
    "document list": ("document", "list", *LIMITED),
    "document list ENGAGEMENT": ("document", "list", engagement_id(SMALL // 2)),
    "document show": ("document", "show", f"{engagement_id(SMALL // 2)}/CO-001"),
    "due": ("due", *LIMITED),
    "engagement list": ("engagement", "list", *LIMITED),
    "audit log": ("audit", "log", *LIMITED),
    "audit log --engagement": ("audit", "log", "--engagement", engagement_id(SMALL // 2)),
}


def main() -> None:
    """Print the tables, or be a process that answers."""
    if sys.argv[1:2] == ["desk"]:
        serve(open_desk(Path(sys.argv[2]), NOW.date(), Path(sys.argv[2])), int(sys.argv[3]))
    else:
        given = arguments(__doc__, documents=10_000, rounds=3, questions=20)
        measure(given.documents, given.rounds, given.questions)


def serve(desk: Desk, documents: int) -> None:
    """Ask a record as the commands do, each time about other documents; answer with the seconds of work of one."""
    numbers = count()

    def engagement() -> str:
        # A large step, so that one question does not warm the place of the next.
        return engagement_id(next(numbers) * 7919 % documents)

    questions: dict[str, Callable[[], object]] = {
        "document list": lambda: list_documents(desk, "", LIMIT),
        "document list ENGAGEMENT": lambda: list_documents(desk, engagement(), LIMIT),
        "document show": lambda: describe(desk, f"{engagement()}/CO-{DOCUMENTS_EACH:03d}"),
        "due": lambda: due(desk, LIMIT),
        "engagement list": lambda: list(list_engagements(desk, LIMIT)),
        "audit log": lambda: list(read_log(desk, Filter(), LIMIT)),
        "audit log --engagement": lambda: list(read_log(desk, Filter(engagement()))),
    }

    def work(task: str) -> float:
        name, times = task.rsplit(maxsplit=1)
        start = time.process_time()
        for _ in range(int(times)):
            questions[name]()
        return (time.process_time() - start) / int(times)

    answer(work)


def measure(documents: int, rounds: int, questions: int) -> None:
    """Put the same questions to a small and to a large record in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as name:
        sizes = (SMALL, documents)
        folders = [filled_workspace(Path(name) / f"documents-{size}", size) for size in sizes]
        answers = _answers(folders, sizes, rounds, questions)
        commands = _commands(folders, rounds)
    head = ("CPU ms", f"{SMALL} documents", f"{documents} documents", "takes")
    print_table(f"The record asked, medians of {rounds} rounds of {questions} questions", head, _rows(answers))
    print_table(f"Whole commands, medians of {rounds} rounds", head, _rows(commands))


def _answers(
    folders: Sequence[Path], sizes: Sequence[int], rounds: int, questions: int
) -> dict[str, tuple[float, ...]]:
    peers = [Peer(__file__, "desk", str(folder), str(size)) for folder, size in zip(folders, sizes, strict=True)]
    found = {
        name: [[peer.ask(f"{name} {questions}") for peer in peers] for _ in range(rounds + 1)][1:] for name in COMMANDS
    }
    for peer in peers:
        peer.close()
    return {name: tuple(map(median, zip(*times, strict=True))) for name, times in found.items()}


def _commands(folders: Sequence[Path], rounds: int) -> dict[str, tuple[float, ...]]:
    commands = {
        (name, folder): [sys.executable, "-c", DOCGEN, *words, "--workspace", str(folder)]
        for name, words in COMMANDS.items()
        for folder in folders
    }
    costs = interleaved({f"{name} {folder}": command for (name, folder), command in commands.items()}, rounds)
    return {name: tuple(costs[f"{name} {folder}"].cpu for folder in folders) for name in COMMANDS}


def _rows(times: dict[str, tuple[float, ...]]) -> list[tuple[str, ...]]:
    return [
        (name, f"{small * 1000:.2f}", f"{large * 1000:.2f}", f"{large / small:.2f}")
        for name, (small, large) in times.items()
    ]


if __name__ == "__main__":
    main()
