"""What a signature on an approval covers: one text that names the act, its content, the person and the moment."""

from typing import NamedTuple

from reviewer.domain.wire import canonical

NAMESPACE = "reviewer"
"""The namespace of the signatures (`ssh-keygen -Y sign -n`): one made for something else is none on an approval."""

FORM = "reviewer approval 1"


class Statement(NamedTuple):
    """An approval in full.

    ``organization`` is the id of the organisation, so that no approval can be carried to another; ``decision`` and
    ``operation`` are its numbers, so that it cannot be carried to another act. ``fingerprint`` covers what is sent,
    ``document`` is the SHA-256 of all that was shown, ``needed`` how many others have to approve. ``role`` is proposer
    or approver, ``steward`` the person, ``at`` the moment.
    """

    organization: str
    decision: int
    operation: int
    kind: str
    fingerprint: str
    document: str
    needed: int
    role: str
    steward: str
    note: str
    at: str

    def text(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"form": FORM, **self._asdict()})
