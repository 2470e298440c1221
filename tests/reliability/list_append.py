"""A checker of histories of appends and reads of lists, after Elle (Kingsbury and Alvaro, 2020).

Every value is appended once, so a list that was read says in which order its values were appended
and who must have come before whom. From that follow, without knowing how the database works:
aborted reads (G1a), reads of half a transaction (G1b), lost updates, and cycles of writes and reads
(G0, G1c, G-single): an order in which the transactions could have run one after the other does not
exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx


@dataclass(frozen=True)
class Appended:
    """A value that was put at the end of a list."""

    key: int
    value: int


@dataclass(frozen=True)
class Read:
    """A list as it was seen."""

    key: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Transaction:
    """What one client did at once, in its order; it was told that all of it is kept."""

    name: str
    acts: tuple[Appended | Read, ...]

    def appended(self, key: int) -> list[int]:
        return [act.value for act in self.acts if isinstance(act, Appended) and act.key == key]


def anomalies(history: Sequence[Transaction]) -> list[str]:
    """Return what cannot have happened if the transactions had run one after the other."""
    longest, found = _orders(history)
    writers = {
        (act.key, act.value): t for t in history for act in t.acts if isinstance(act, Appended)
    }
    found += list(_lost(history, longest)) + list(_halves(history, writers))
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(t.name for t in history)
    for one, other, kind in _before(history, longest, writers):
        if one != other:
            graph.add_edge(one, other, kind=kind)
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1:
            kinds = sorted({k for _, _, k in graph.subgraph(group).edges(data="kind")})
            found.append(
                f"{_name(kinds)}: {', '.join(sorted(group)[:5])} wait for one another ({kinds})"
            )
    return found


def _orders(history: Sequence[Transaction]) -> tuple[dict[int, tuple[int, ...]], list[str]]:
    """Return the longest list that was read of each key; all others must be its beginnings."""
    reads: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for transaction in history:
        for act in transaction.acts:
            if isinstance(act, Read):
                reads[act.key].append(act.values)
    longest = {key: max(lists, key=len) for key, lists in reads.items()}
    found = [
        f"incompatible orders of key {key}: {values} and {longest[key]}"
        for key, lists in reads.items()
        for values in lists
        if longest[key][: len(values)] != values
    ]
    twice = [f"key {key} holds a value twice" for key, v in longest.items() if len(set(v)) < len(v)]
    return longest, found + twice


def _lost(history: Iterable[Transaction], longest: dict[int, tuple[int, ...]]) -> Iterable[str]:
    """Yield the appends that were acknowledged and that the last reader does not see."""
    for transaction in history:
        for act in transaction.acts:
            if isinstance(act, Appended) and act.value not in longest.get(act.key, ()):
                yield f"lost update: {act.value} of key {act.key} by {transaction.name}"


def _halves(
    history: Iterable[Transaction], writers: dict[tuple[int, int], Transaction]
) -> Iterable[str]:
    """Yield the reads that end within what another transaction appended to a list (G1b)."""
    for transaction in history:
        for act in transaction.acts:
            if not isinstance(act, Read) or not act.values:
                continue
            writer = writers.get((act.key, act.values[-1]))
            if (
                writer
                and writer is not transaction
                and writer.appended(act.key)[-1] != act.values[-1]
            ):
                yield f"half read (G1b): {transaction.name} saw part of {writer.name}"


def _before(
    history: Sequence[Transaction],
    longest: dict[int, tuple[int, ...]],
    writers: dict[tuple[int, int], Transaction],
) -> Iterable[tuple[str, str, str]]:
    """Yield who must come before whom.

    By writes (ww), by reads of them (wr), by reads before (rw).
    """
    following: dict[tuple[int, int | None], int] = {}
    for key, values in longest.items():
        for before, after in zip((None, *values), values, strict=False):
            following[key, before] = after
            one, other = writers.get((key, before or 0)), writers.get((key, after))
            if one and other:
                yield one.name, other.name, "ww"
    reads = [(t, act) for t in history for act in t.acts if isinstance(act, Read)]
    for transaction, act in reads:
        last = act.values[-1] if act.values else None
        seen = writers.get((act.key, last or 0))
        if seen:
            yield seen.name, transaction.name, "wr"
        missed = following.get((act.key, last))
        later = writers.get((act.key, missed)) if missed is not None else None
        if later and not _reads_own(transaction, act):
            yield transaction.name, later.name, "rw"


def _reads_own(transaction: Transaction, read: Read) -> bool:
    """Tell whether a list was read after the transaction itself appended to it."""
    return bool(set(transaction.appended(read.key)) & set(read.values))


def _name(kinds: Sequence[str]) -> str:
    if kinds == ["ww"]:
        return "G0"
    return "G1c" if "rw" not in kinds else "G-single"
