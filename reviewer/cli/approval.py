"""From the settings: when a second steward has to approve, what signs an approval, and what checks the signature."""

from typing import TYPE_CHECKING

from reviewer.cli.context import Context
from reviewer.domain.errors import SettingsError
from reviewer.domain.risk import FourEyes, Thresholds

if TYPE_CHECKING:
    from reviewer.execute.consent import Consent
    from reviewer.review.desk import Signer


def four_eyes(context: Context) -> Thresholds:
    """From where on an act is risky, and what follows from it."""
    settings = context.settings.approval
    return Thresholds(
        when=FourEyes(settings.four_eyes),
        group_size=settings.four_eyes_group_size,
        anchors=settings.four_eyes_anchors,
        weight=settings.four_eyes_weight,
        vetoes=settings.four_eyes_vetoes,
    )


def signer(context: Context) -> "Signer | None":
    """What signs the steward's approvals; None where they are not signed. It is asked for a key when it has to sign."""
    settings = context.settings.approval
    if not settings.signed:
        return None
    if settings.signing_key is None:
        return _NoKey()
    from reviewer.ssh_signature import SshSigner

    return SshSigner(settings.signing_key)


class _NoKey:
    """Stands for a key that is not set: looking does without one."""

    def make_ready(self) -> None:
        """Raise ``SettingsError``."""
        raise SettingsError(
            "approvals are signed here (signed = true), but no key is set: name your SSH key as signing_key in "
            "[approval], or in REVIEWER_SIGNING_KEY"
        )

    def sign(self, text: bytes) -> str:
        """Raise ``SettingsError``."""
        self.make_ready()
        return ""


def consent(context: Context, anchor_source: str | None) -> "Consent":
    """What the executor asks for before it sends.

    Raises ``SettingsError`` where signatures are to be checked and the file of allowed signers is missing or unsafe.
    """
    from reviewer.execute.consent import Consent

    settings = context.settings.approval
    if not settings.signed:
        return Consent(four_eyes(context), anchor_source)
    from reviewer.ssh_signature import AllowedSigners

    if settings.allowed_signers is None:
        raise SettingsError(
            "approvals are signed here (signed = true), but the executor has no allowed_signers to check them by: "
            "name the file in [approval] of the executor's own settings"
        )
    allowed = AllowedSigners(settings.allowed_signers)
    allowed.check_safe()
    return Consent(four_eyes(context), anchor_source, allowed.objection)


def may_execute(context: Context) -> bool:
    """Whether an executor with these settings could send: without a file of allowed signers it refuses to."""
    settings = context.settings.approval
    return not settings.signed or settings.allowed_signers is not None
