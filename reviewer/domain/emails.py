"""Email addresses for comparison: one spelling for one mailbox, placeholders dropped, role mailboxes known."""

import re
from functools import lru_cache

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_DOTS_DO_NOT_COUNT = frozenset(("gmail.com", "googlemail.com"))
_NOBODY = frozenset(
    "test tester testing noreply no-reply no_reply donotreply do-not-reply none na n/a noemail no-email nomail "
    "unknown anonymous nobody null asdf xxx".split()
)
_ROLES = frozenset(
    "abuse accounting accounts admin administrator billing bookings careers contact customercare customerservice "
    "desk enquiries enquiry finance frontdesk hello help helpdesk hostmaster hr info information inquiries invoice "
    "invoices jobs kontakt kundenservice legal mail marketing media newsletter office orders post postmaster press "
    "purchasing reception reservations root sales security service services shop staff support team webmaster".split()
)


@lru_cache(maxsize=1 << 16)
def comparable_email(text: str) -> str:
    """The mailbox in ``text``, or the empty text where there is none or it is a placeholder.

    Case, a ``Name <address>`` around it, a ``+tag`` and the dots of Gmail do not make another mailbox.
    """
    found = _ADDRESS.search(text[:512])
    if found is None:
        return ""
    local, _, domain = found[0].casefold().rpartition("@")
    local = local.partition("+")[0].strip("\"'")
    domain = domain.rstrip(".")
    if domain in _DOTS_DO_NOT_COUNT:
        local, domain = local.replace(".", ""), "gmail.com"
    return "" if not local or local in _NOBODY else f"{local}@{domain}"


def is_role(email: str) -> bool:
    """Whether a comparable address names a role (info@, sales@), so that whoever is on duty reads it."""
    return email.partition("@")[0] in _ROLES
