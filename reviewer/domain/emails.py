"""Email addresses for comparison: one spelling for one mailbox, placeholders dropped, role mailboxes known."""

import re
from unicodedata import normalize

_LONGEST = 512
_ADDRESS = re.compile(r"[^\s<>@,;:()]+@[^\s<>@,;:()]+\.[^\s<>@,;:()]+")
_PLAIN = re.compile(r"([a-z0-9._-]+)@([a-z0-9-]+(?:\.[a-z0-9-]+)+)").fullmatch
"""What nearly every address looks like: nothing around it, and of the parts that do not count only dots."""

_DOTS_DO_NOT_COUNT = frozenset(("gmail.com", "googlemail.com"))
_NOBODY = frozenset(
    "test tester testing noreply donotreply none na n/a noemail nomail notprovided donotemail declined refused noname "
    "email unknown anonymous nobody null asdf xxx".split()
)
_JOINTS = str.maketrans("", "", ".-_")
_ROLE_IN_A_PLACE = re.compile(r"([a-z]+)(?:\d+|[._-][a-z]{2,3}|[._-]\d+)").fullmatch
"""sales.de, info2: a role, and where or which."""

_ROLES = frozenset(
    "abuse accounting accounts admin administrator billing bookings careers contact customercare customerservice "
    "desk enquiries enquiry finance frontdesk hello help helpdesk hostmaster hr info information inquiries invoice "
    "invoices jobs kontakt kundenservice legal mail marketing media newsletter office orders post postmaster press "
    "purchasing reception reservations root sales security service services shop staff support team webmaster".split()
)


def comparable_email(text: str) -> str:
    """The mailbox in ``text``, or the empty text where there is none or it is a placeholder.

    Case, a ``Name <address>`` around it, a ``+tag`` and the dots of Gmail do not make another mailbox.
    """
    plain = _PLAIN(text.casefold()) if len(text) <= _LONGEST else None
    if plain is not None:
        local, domain = plain.groups()
    else:
        local, domain = _searched(text[:_LONGEST])
    if domain in _DOTS_DO_NOT_COUNT:
        local, domain = local.replace(".", ""), "gmail.com"
    if not local or "**" in local or local.translate(_JOINTS) in _NOBODY:  # asterisks hide letters
        return ""
    return f"{local}@{domain}"


def _searched(text: str) -> tuple[str, str]:
    """Both sides of the first address that stands anywhere in ``text``; empty where there is none."""
    found = _ADDRESS.search(normalize("NFKC", text))
    if found is None:
        return "", ""
    local, _, domain = found[0].casefold().rpartition("@")
    return local.partition("+")[0].strip("\"'"), domain.rstrip(".")


def is_role(email: str) -> bool:
    """Whether a comparable address names a role (info@, sales@), so that whoever is on duty reads it."""
    local = email.partition("@")[0]
    found = _ROLE_IN_A_PLACE(local)
    return local in _ROLES or bool(found and found[1] in _ROLES)
