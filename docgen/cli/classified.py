"""How `document compare` shows what the playbook says of a change, and the new facts that would make it ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docgen.actions.classifying import Judgement
    from docgen.review.playbook import ChangedValue, Classified


def judgement_lines(judgement: Judgement) -> Iterator[str]:
    """Yield what there is to decide and by whom, the new facts, and which playbook said so."""
    from docgen.actions.classifying import routes

    if not judgement.classified:
        return
    for ruling, count, people in routes(judgement):
        who = f": {', '.join(people)}" if people else ", and nobody in docgen.toml has that role" if ruling.role else ""
        yield f"{count} {ruling}{who}"
    if judgement.values:
        yield (
            "What came back says, as facts; the contract is signed, so that a change order makes them so:"
            if judgement.signed
            else "What came back says, as facts; in the engagement file they make the words ours:"
        )
        for value in judgement.values:
            yield f"  {value.path}: {value.old} → {value.new}"
            if value.also:
                yield f"    which also changes {', '.join(dict.fromkeys(value.also))}"
    playbook = f"its playbook {judgement.playbook[:12]}" if judgement.playbook else "which has no playbook"
    yield f"By {judgement.template}, {judgement.template_hash[:12]}, {playbook}."


def classified_record(each: Classified) -> dict[str, Any]:
    """Return how a change is classified, as JSON has it."""
    return {
        "ruling": each.ruling.standing,
        "role": each.ruling.role,
        "rule": each.rule,
        "fallback": each.fallback or None,
        "value": _value(each.value) if each.value else None,
    }


def judgement_record(judgement: Judgement) -> dict[str, Any]:
    """Return which playbook classified the changes, to whom they go, and the new facts, as JSON has it."""
    from docgen.actions.classifying import routes

    return {
        "playbook": {
            "template": judgement.template,
            "template_hash": judgement.template_hash,
            "hash": judgement.playbook or None,
        },
        "decisions": [
            {"ruling": ruling.standing, "role": ruling.role, "count": count, "people": list(people)}
            for ruling, count, people in routes(judgement)
        ],
        "patch": {
            "by": "change order" if judgement.signed else "engagement file",
            "facts": [_value(each) for each in judgement.values],
        },
    }


def _value(value: ChangedValue) -> dict[str, Any]:
    return {"path": value.path, "old": value.old, "new": value.new, "also_changes": list(value.also)}
