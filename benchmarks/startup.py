"""How long commands take that need no engine, beside the same commands with every engine imported first."""

from __future__ import annotations

import sys

from _measuring import PACKAGE, arguments, interleaved, print_table

COMMANDS = {
    "docgen --help": ["--help"],
    "docgen validate (5 files)": ["validate", *sorted(str(path) for path in (PACKAGE / "demo").glob("*.yaml"))],
    "docgen template list": ["template", "list"],
}
LAZY = "from docgen.cli.main import main; main()"
EAGER = f"import babel, docx, jinja2, lxml.etree, pydantic, resvg_py, weasyprint; {LAZY}"


def main() -> None:
    """Print the table."""
    rounds = arguments(__doc__, rounds=9).rounds
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    for name, words in COMMANDS.items():
        commands[name] = [sys.executable, "-c", LAZY, *words]
        commands[f"{name}, eager"] = [sys.executable, "-c", EAGER, *words]
    costs = interleaved(commands, rounds)
    rows = []
    for name, taken in costs.items():
        eager = costs.get(f"{name}, eager")
        ratio = f"{eager.cpu / taken.cpu:.1f}" if eager else ""
        rows.append((name, f"{taken.wall * 1000:.0f}", f"{taken.cpu * 1000:.0f}", f"{taken.memory:.0f}", ratio))
    head = ("command", "wall ms", "CPU ms", "MiB", "times faster")
    print_table(f"Start-up, a process each, medians of {rounds} rounds", head, rows)


if __name__ == "__main__":
    main()
