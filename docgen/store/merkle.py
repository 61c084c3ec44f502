"""A Merkle tree over hashes: roots, and short proofs that an entry is in a log and that a log only grew.

The tree is that of RFC 9162, section 2.1, and of RFC 6962. It is given as `Nodes`, a function that answers the hash
of the complete subtree over the 2**level leaves from position * 2**level on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from itertools import accumulate

EMPTY_ROOT = sha256().digest()

Nodes = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others; its first byte keeps it from ever being a leaf's."""
    return sha256(b"\x01" + left + right).digest()


def nodes_over(leaves: Sequence[bytes]) -> Nodes:
    """Return the nodes of a tree held in memory, over the hashes of its leaves."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[start : start + 2]) for start in range(0, len(below) - 1, 2)])
    return lambda level, position: levels[level][position]


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree, its complete subtrees from the largest on: enough to append and to know the root."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def completed_by(self, leaf: bytes) -> tuple[bytes, ...]:
        """Return the hashes of the subtrees that one more leaf completes: the leaf itself first, then upward."""
        ready = (self.size ^ self.size + 1).bit_length() - 1
        peaks = reversed(self.peaks[len(self.peaks) - ready :])
        return tuple(accumulate(peaks, lambda right, left: node_hash(left, right), initial=leaf))

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier after one more leaf."""
        completed = self.completed_by(leaf)
        return Frontier(self.size + 1, (*self.peaks[: len(self.peaks) + 1 - len(completed)], completed[-1]))

    def root(self) -> bytes:
        """Return the root of the tree."""
        peaks = reversed(self.peaks)
        return reduce(lambda right, left: node_hash(left, right), peaks) if self.peaks else EMPTY_ROOT


def frontier(nodes: Nodes, size: int) -> Frontier:
    """Return the right edge of the tree over the first `size` leaves."""
    levels = reversed(range(size.bit_length()))
    return Frontier(size, tuple(nodes(level, (size >> level) - 1) for level in levels if size >> level & 1))


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root over the first `size` leaves."""
    return frontier(nodes, size).root()


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is in the tree of `size` leaves; raises ValueError for one that is not."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    return tuple(_siblings(nodes, 0, index, size))


def consistency_proof(nodes: Nodes, old_size: int, new_size: int) -> tuple[bytes, ...]:
    """Return the proof that the first tree begins the second; raises ValueError where none can, and for size 0."""
    if not 0 < old_size <= new_size:
        raise ValueError(f"a tree of {old_size} cannot be shown to be the beginning of a tree of {new_size}")
    if old_size == new_size:
        return ()
    level, place = _last_peak(old_size)
    path = tuple(_siblings(nodes, level, place, new_size))
    return path if place == 0 else (nodes(level, place), *path)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Say whether a proof shows leaf `index` in the tree of this size and root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, expected_root, *proof):
        return False
    way = list(_climb(0, index, size))
    for step, (_, place) in zip(proof, way, strict=False):
        leaf = node_hash(step, leaf) if place & 1 else node_hash(leaf, step)
    return len(way) == len(proof) and leaf == expected_root


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a proof shows the old tree to be the beginning of the new one (RFC 9162, section 2.1.4.2)."""
    if 0 < old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    level, peak = _last_peak(old_size)
    hashes = [old_root, *proof] if peak == 0 else [*proof]
    way = list(_climb(level, peak, new_size))
    if len(hashes) != len(way) + 1:
        return False
    old = new = hashes[0]
    for step, (_, place) in zip(hashes[1:], way, strict=True):
        old = node_hash(step, old) if place & 1 else old
        new = node_hash(step, new) if place & 1 else node_hash(new, step)
    return old == old_root and new == new_root


def _are_hashes(*values: bytes) -> bool:
    # A byte moved from one hash to its neighbour would leave the input of the node above as it was.
    return all(len(value) == 32 for value in values)


def _last_peak(size: int) -> tuple[int, int]:
    level = (size & -size).bit_length() - 1
    return level, (size >> level) - 1


def _climb(level: int, place: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield level and place of each node that has a sibling, on the way from a node to the root."""
    last = (size - 1) >> level
    while last:
        # At the right edge an even place has no sibling; the node moves up as it is.
        up = (place & -place).bit_length() - 1 if place == last else 0
        level, place, last = level + up, place >> up, last >> up
        yield level, place
        level, place, last = level + 1, place >> 1, last >> 1


def _siblings(nodes: Nodes, level: int, place: int, size: int) -> Iterator[bytes]:
    for height, spot in _climb(level, place, size):
        sibling = spot ^ 1
        yield _subtree(nodes, sibling << height, min(sibling + 1 << height, size))


def _subtree(nodes: Nodes, start: int, stop: int) -> bytes:
    """Return the root over a range of leaves that starts where a complete subtree of its size starts or would."""
    return root(lambda level, position: nodes(level, position + (start >> level)), stop - start)
