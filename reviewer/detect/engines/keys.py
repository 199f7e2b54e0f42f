"""Blocking for an engine that joins texts: the rules of ``detect.blocking_rules``, and the keys they give a contact.

Our own blocking refines a key of too many contacts when it meets one. An engine is given further rules instead, which
are the refined ones, and passes over keys that too many contacts have.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.detect.blocking_rules import (
    FEW_CONTACTS,
    IN_EITHER_ORDER,
    LARGEST_GROUP,
    LARGEST_NAME_GROUP,
    PROVING,
    WEAK,
    WEAKEST,
    Naming,
    Rule,
    end_of_number,
    weak_group,
)
from reviewer.detect.facts import Fact, local_part, text_of
from reviewer.domain.display_names import is_telling, name_in

SEPARATOR = "|"
"""Between the place of a rule, and the values that make its key."""

REFINED = (
    Rule("full name and date of birth", Naming.FULL, (Fact.BORN,)),
    Rule("full name and postcode", Naming.FULL, (Fact.POSTCODE,)),
    Rule("full name and street", Naming.FULL, (Fact.STREET,)),
    Rule("full name and town", Naming.FULL, (Fact.TOWN,)),
)
"""What tells contacts apart where too many have one of the two names and that in common."""

Contact = Mapping[str, Any]
"""Comparable columns by name; missing is None."""


Known = Mapping[Fact, str]
"""Every fact of a contact; the empty text where it is not known."""


class KeyRule(NamedTuple):
    """A rule as texts: ``keys`` gives those of a contact with its facts.

    What over ``largest`` contacts have brings none together. That is told where it is ``told``, with the value itself
    if the keys are ``values``.
    """

    name: str
    largest: int
    keys: Callable[[Contact, Known], Iterable[str]]
    told: bool = False
    values: bool = False


def key_rules(contacts: int) -> tuple[KeyRule, ...]:
    """The rules for so many contacts in all; the number of a rule is its place."""
    weak = weak_group(contacts)
    return (
        *(KeyRule(name, LARGEST_GROUP, _values(column), True, True) for name, column in _IDENTIFIERS),
        KeyRule("phone and full name", LARGEST_GROUP, _with_name("phones")),
        KeyRule("email and full name", LARGEST_GROUP, _with_name("emails")),
        KeyRule("end of a phone number", LARGEST_GROUP, _derived("phones", end_of_number), True),
        KeyRule("display name", LARGEST_NAME_GROUP, lambda one, known: spellings(one), True),
        *(KeyRule(rule.name, LARGEST_GROUP, _of_facts(rule), True) for rule in PROVING),
        *(KeyRule(rule.name, LARGEST_GROUP, _of_facts(rule)) for rule in REFINED),
        KeyRule("first part of an email", weak, _derived("emails", local_part)),
        *(KeyRule(rule.name, weak, _of_facts(rule)) for rule in WEAK),
        *(KeyRule(rule.name, weak, _of_facts(rule)) for rule in WEAKEST if contacts <= FEW_CONTACTS),
    )


def blocking_keys(contact: Contact, rules: Sequence[KeyRule]) -> list[str]:
    """The keys of a contact, each once: ``place of the rule|value|value``."""
    known = {fact: text_of(fact, contact) for fact in Fact}
    keys = [f"{place}{SEPARATOR}{key}" for place, rule in enumerate(rules) for key in rule.keys(contact, known)]
    return list(dict.fromkeys(keys))


def is_nameless(contact: Contact) -> bool:
    """Whether a contact has no name, so that its display name may be a person's."""
    return not (contact["given"] or contact["surname"])


def spellings(contact: Contact) -> list[str]:
    """What a display name shows, or the spellings of a person's name that may meet one, as in ``detect.stitching``.

    They are janedoe, doejane, jdoe, doej, janed, and the words in alphabetical order. A person of whose given name no
    more than the initial is known shows what the display name makes of it; a telling one stands with its figures too.
    """
    given, surname, handle = contact["given"] or "", contact["surname"] or "", contact["handle"] or ""
    found: set[str] = set()
    if given and surname:
        first, last = _joined(given), _joined(surname)
        words = "".join(sorted(f"{given} {surname}".split()))
        found = {first + last, last + first, first[0] + last, last + first[0], first + last[0], words}
        if len(given) == 1 and handle:
            found.add(_joined(name_in(handle)) + last)
    elif handle and is_nameless(contact):
        shown = name_in(handle)
        found = {_joined(shown), "".join(sorted(shown.split()))}
        if is_telling(handle):
            found.add(_joined(handle))
    return sorted(found)


def _joined(text: str) -> str:
    return text.replace(" ", "")


_IDENTIFIERS = (("phone", "phones"), ("email", "emails"), ("anchor", "anchors"), ("social id", "socials"))


def _values(column: str) -> Callable[[Contact, Known], Iterable[str]]:
    return lambda one, known: one[column] or ()


def _derived(column: str, derive: Callable[[str], str]) -> Callable[[Contact, Known], Iterable[str]]:
    return lambda one, known: filter(None, map(derive, one[column] or ()))


def _with_name(column: str) -> Callable[[Contact, Known], Iterable[str]]:
    names = _of_facts(Rule("full name", Naming.FULL))
    return lambda one, known: [f"{value}{SEPARATOR}{name}" for name in names(one, known) for value in one[column] or ()]


def _of_facts(rule: Rule) -> Callable[[Contact, Known], Iterable[str]]:
    """The keys that a rule on facts gives: one for each way in which names may meet."""
    ways = [(*names, *rule.facts) for names in rule.naming.value or ((),)]
    swapped = rule.naming in IN_EITHER_ORDER

    def keys(one: Contact, known: Known) -> list[str]:
        found = []
        for facts in ways:
            texts = [known[fact] for fact in facts]
            if "" in texts:
                continue
            if swapped and texts[0] > texts[1]:
                texts[:2] = texts[1], texts[0]
            found.append(SEPARATOR.join(texts))
        return found

    return keys
