"""Roots and proofs of a log: what is shown is so, and nothing else can be shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    frontier,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_over,
    root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "merkle"
published = pytest.mark.skipif(not VECTORS.is_dir(), reason="../shared/vectors/merkle is not beside the repository")

# Worked out with sha256sum from the definition in RFC 9162, section 2.1.1.
ROOT_OF_NONE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ROOT_OF_THREE = "94fbd0dd836f50301692e6d0eade728ee19ec52bfff1606ed807c8575d5aaa19"
LEAF_OF_NOTHING = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries(count)]


def defined_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root as RFC 9162 defines it, by recursion."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(defined_root(hashes[:split]), defined_root(hashes[split:]))


def flips(data: bytes) -> Iterator[bytes]:
    """Yield data with each of its bits turned, one at a time."""
    for bit in range(len(data) * 8):
        yield bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(data))


def altered(hashes: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield a proof with one bit turned, a hash left out, doubled or moved."""
    for place, value in enumerate(hashes):
        for other in flips(value):
            yield [*hashes[:place], other, *hashes[place + 1 :]]
        yield [*hashes[:place], *hashes[place + 1 :]]
        yield [*hashes[:place], value, *hashes[place:]]
    yield [*hashes, EMPTY_ROOT]
    if len(set(hashes)) > 1:
        yield list(reversed(hashes))


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert root(nodes_over([]), 0).hex() == Frontier().root().hex() == ROOT_OF_NONE


def test_the_leaf_of_an_empty_entry_is_not_the_empty_root() -> None:
    assert leaf_hash(b"").hex() == LEAF_OF_NOTHING


def test_the_root_over_three_entries_is_the_one_worked_out_by_hand() -> None:
    assert root(nodes_over(leaves(3)), 3).hex() == ROOT_OF_THREE


def test_the_proofs_over_three_entries_are_those_written_down_by_hand() -> None:
    first, second, third = leaves(3)
    top = bytes.fromhex(ROOT_OF_THREE)
    assert inclusion_proof(nodes_over(leaves(3)), 1, 3) == (first, third)
    assert inclusion_proof(nodes_over(leaves(3)), 2, 3) == (node_hash(first, second),)
    assert consistency_proof(nodes_over(leaves(3)), 2, 3) == (third,)
    assert consistency_proof(nodes_over(leaves(3)), 1, 3) == (second, third)
    assert verify_inclusion(second, 1, 3, [first, third], top)
    assert verify_consistency(2, node_hash(first, second), 3, top, [third])


def test_a_node_can_never_pass_for_an_entry() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert root(nodes_over([leaf_hash(left + right)]), 1) != root(nodes_over([left, right]), 2)


@pytest.mark.parametrize("size", range(70))
def test_every_way_to_the_root_gives_the_root_of_the_definition(size: int) -> None:
    edge = Frontier()
    for leaf in leaves(size):
        edge = edge.append(leaf)
    nodes = nodes_over(leaves(size + 3))
    assert edge == frontier(nodes, size)
    assert edge.root() == root(nodes, size) == defined_root(leaves(size))


def test_an_append_needs_no_more_hashes_than_the_tree_is_high() -> None:
    edge = Frontier()
    for leaf in leaves(1000):
        assert len(edge.peaks) <= 10
        assert len(edge.completed_by(leaf)) <= 11
        edge = edge.append(leaf)


def test_the_nodes_an_append_completes_are_those_of_the_tree() -> None:
    nodes = nodes_over(leaves(64))
    edge = Frontier()
    for index, leaf in enumerate(leaves(64)):
        for level, node in enumerate(edge.completed_by(leaf)):
            assert node == nodes(level, index >> level)
        edge = edge.append(leaf)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_every_entry_is_shown_to_be_in_every_later_tree(size: int) -> None:
    nodes = nodes_over(leaves(40))
    for index, leaf in enumerate(leaves(size)):
        proof = inclusion_proof(nodes, index, size)
        assert verify_inclusion(leaf, index, size, proof, root(nodes, size))
        assert len(proof) <= (size - 1).bit_length()


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 9, 33])
def test_every_earlier_tree_is_shown_to_be_the_beginning_of_a_later_one(new: int) -> None:
    nodes = nodes_over(leaves(40))
    for old in range(1, new + 1):
        proof = consistency_proof(nodes, old, new)
        assert verify_consistency(old, root(nodes, old), new, root(nodes, new), proof)
        assert len(proof) <= (new - 1).bit_length() + 1


@given(st.data())
def test_a_proof_of_inclusion_with_anything_altered_shows_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    index = data.draw(st.integers(0, size - 1))
    nodes, leaf = nodes_over(leaves(size)), leaves(size)[index]
    top, proof = root(nodes, size), inclusion_proof(nodes, index, size)
    assert verify_inclusion(leaf, index, size, proof, top)
    assert not any(verify_inclusion(other, index, size, proof, top) for other in flips(leaf))
    assert not any(verify_inclusion(leaf, index, size, proof, other) for other in flips(top))
    assert not any(verify_inclusion(leaf, index, size, other, top) for other in altered(proof))
    assert not any(verify_inclusion(leaf, other, size, proof, top) for other in range(-1, size + 2) if other != index)


@given(st.data())
def test_a_proof_of_growth_with_anything_altered_shows_nothing(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 40))
    old = data.draw(st.integers(1, new))
    nodes = nodes_over(leaves(new))
    before, after, proof = root(nodes, old), root(nodes, new), consistency_proof(nodes, old, new)
    assert verify_consistency(old, before, new, after, proof)
    assert not any(verify_consistency(old, other, new, after, proof) for other in flips(before))
    assert not any(verify_consistency(old, before, new, other, proof) for other in flips(after))
    assert not any(verify_consistency(old, before, new, after, other) for other in altered(proof))


def test_a_byte_moved_from_one_hash_to_its_neighbour_shows_nothing() -> None:
    nodes = nodes_over(leaves(2))
    leaf, step = leaves(2)
    assert not verify_inclusion(leaf + step[:1], 0, 2, [step[1:]], root(nodes, 2))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 8), (-1, 3), (4, 3)])
def test_growth_from_nothing_or_backwards_is_neither_shown_nor_taken(old: int, new: int) -> None:
    nodes = nodes_over(leaves(8))
    with pytest.raises(ValueError, match="cannot be shown"):
        consistency_proof(nodes, old, new)
    assert not verify_consistency(old, EMPTY_ROOT, new, root(nodes, max(new, 0)), [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_an_entry_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="there is no leaf"):
        inclusion_proof(nodes_over(leaves(3)), index, size)
    assert not verify_inclusion(leaves(1)[0], index, size, [], leaves(1)[0])


@published
def test_the_published_proofs_of_inclusion_are_judged_as_published() -> None:
    assert_judged("inclusion", judge_inclusion)


@published
def test_the_published_proofs_of_consistency_are_judged_as_published() -> None:
    assert_judged("consistency", judge_consistency)


def assert_judged(kind: str, judge: Callable[[dict[str, Any]], bool]) -> None:
    vectors = json.loads((VECTORS / f"{kind}.json").read_text())
    assert len(vectors) > 90
    wrong = [name for name, vector in vectors.items() if judge(vector) is bool(vector["wantErr"])]
    assert not wrong


def judge_inclusion(vector: dict[str, Any]) -> bool:
    leaf, top, proof = decoded(vector, "leafHash"), decoded(vector, "root"), steps(vector)
    return verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, top)


def judge_consistency(vector: dict[str, Any]) -> bool:
    before, after, proof = decoded(vector, "root1"), decoded(vector, "root2"), steps(vector)
    return verify_consistency(vector["size1"], before, vector["size2"], after, proof)


def decoded(vector: dict[str, Any], key: str) -> bytes:
    return base64.b64decode(vector[key] or "")


def steps(vector: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(step) for step in vector["proof"] or []]
