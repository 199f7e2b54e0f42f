"""How many groups a steward has to judge before so many of the true pairs are settled."""

from collections.abc import Iterable, Iterator, Sequence


def settled_after(groups: Iterable[Sequence[int]], true: Iterable[tuple[int, int]]) -> Iterator[int]:
    """After each group: how many true pairs are one contact by then, if the steward judges every group right.

    In a group the contacts of one person come together, along with all that came together with them before; so the
    one pair that stands for all between two groups settles them all.
    """
    pairs = list(true)
    persons = _Sets()
    joined = _Sets()
    true_partners: dict[int, list[int]] = {}
    for a, b in pairs:
        persons.unite(a, b)
        true_partners.setdefault(a, []).append(b)
        true_partners.setdefault(b, []).append(a)
    settled = 0
    for members in groups:
        first_of: dict[int, int] = {}
        for contact in members:
            first = first_of.setdefault(persons.root(contact), contact)
            smaller, other = joined.smaller_first(first, contact)
            if smaller != other:
                settled += sum(
                    joined.root(partner) == other
                    for member in joined.members(smaller)
                    for partner in true_partners.get(member, ())
                )
                joined.unite(smaller, other)
        yield settled


class _Sets:
    """Union-find that knows the members of each set."""

    def __init__(self) -> None:
        self._root: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def root(self, one: int) -> int:
        return self._root.get(one, one)

    def members(self, root: int) -> list[int]:
        return self._members.get(root, [root])

    def smaller_first(self, a: int, b: int) -> tuple[int, int]:
        """The roots of two elements, that of the smaller set first."""
        first, second = self.root(a), self.root(b)
        return (first, second) if len(self.members(first)) <= len(self.members(second)) else (second, first)

    def unite(self, a: int, b: int) -> None:
        smaller, larger = self.smaller_first(a, b)
        if smaller == larger:
            return
        moved = self._members.pop(smaller, [smaller])
        self._members[larger] = self.members(larger) + moved
        self._root.update(dict.fromkeys(moved, larger))
