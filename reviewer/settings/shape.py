"""What can be set: each setting once, with its type, its default, and what it should be in words.

The words stand in the type's description; an error about a wrong value ends with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from reviewer.domain.errors import SettingsError
from reviewer.domain.window import PATTERN
from reviewer.settings.source import Source

Text = Annotated[str, Meta(min_length=1)]
Region = Annotated[str, Meta(pattern=r"^[\w.-]+$")]
Service = Annotated[str, Meta(pattern=r"^https://[^\s/?#@]+/?$|^http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?$")]
Proxy = Annotated[str, Meta(pattern=r"^https?://[^\s/?#]+/?$")]
Windows = Annotated[str, Meta(pattern=PATTERN)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Master = Annotated[str, Meta(pattern=r"^(local(\[[\w*,]+\])?|yarn|(spark|k8s)://\S+)$")]
FieldPath = Annotated[str, Meta(pattern=r"^[^.\s][^.]*(\.[^.]+)*$")]

_REGION = "a region by its domain or name, as in mypurecloud.de or eu_central_1"
_SERVICE = "a host that begins with https:// (http:// on this machine only), without a path"


@dataclass(frozen=True, slots=True)
class Environment:
    """One organisation and how to reach it. Paths are absolute."""

    name: str
    database: Annotated[Path, Meta(description="the path of a file")]
    region: Annotated[Region | None, Meta(description=_REGION)] = None
    api_url: Annotated[Service | None, Meta(description=_SERVICE)] = None
    login_url: Annotated[Service | None, Meta(description=_SERVICE)] = None
    client_id: Annotated[Text | None, Meta(description="the id of an OAuth client, as text")] = None
    external_source: Annotated[
        Text | None, Meta(description="the name or id of the external source that the anchors come from")
    ] = None
    date_of_birth: Annotated[FieldPath, Meta(description="the path of a field, as in customFields.dateOfBirth")] = (
        "customFields.dateOfBirth"
    )
    default_country: Annotated[
        Country | None, Meta(description="a country as two capital letters (ISO 3166), as in DE")
    ] = None
    https_proxy: Annotated[Proxy | None, Meta(description="the address of a proxy, as in http://proxy:3128")] = field(
        default=None, repr=False
    )
    ca_file: Annotated[Path | None, Meta(description="the path of a file of certificates (PEM)")] = None
    production: Annotated[bool, Meta(description="true or false")] = False
    secret_env: Annotated[
        Text | None, Meta(description="the name of the environment variable that holds the client secret")
    ] = None
    secret_file: Annotated[Path | None, Meta(description="the path of a file (0600) that holds the client secret")] = (
        None
    )
    secret_keyring: Annotated[
        Text | None, Meta(description="the name of the keyring service that holds the client secret")
    ] = None
    queue_group: Annotated[Text | None, Meta(description="the name of the group that shares the database")] = None

    def require_connection(self) -> None:
        """Make sure that there is enough to connect with.

        Raises ``SettingsError`` naming the first setting that is missing.
        """
        where = f"in the environment {self.name!r} (environments.{self.name} in the file of settings)"
        if self.region is None and self.api_url is None:
            raise SettingsError(f"no region is set {where}: run `reviewer init`, or set REVIEWER_REGION")
        if self.client_id is None:
            raise SettingsError(f"no client_id is set {where}: run `reviewer init`, or set REVIEWER_CLIENT_ID")


@dataclass(frozen=True, slots=True)
class Review:
    """How the workbench behaves."""

    cool_off_minutes: Annotated[
        int, Meta(ge=0, le=10_080, description="a whole number of minutes, from 0 to 10080")
    ] = 10
    """How long a decision can be taken back before it is sent."""
    auto: Annotated[bool, Meta(description="true or false")] = False
    """Whether what the policy calls auto is sent without a steward's key."""
    theme: Annotated[Text | None, Meta(description="the name of a theme")] = None
    mouse: Annotated[bool, Meta(description="true or false")] = True


@dataclass(frozen=True, slots=True)
class Detect:
    """How another engine than our own finds pairs (`reviewer detect --engine`). Paths are absolute."""

    spark_master: Annotated[Master, Meta(description="where Spark runs, as in local[*], spark://host:7077 or yarn")] = (
        "local[*]"
    )
    engine_folder: Annotated[Path | None, Meta(description="the path of a folder")] = None
    """Where contacts and predictions lie meanwhile; the machines of a cluster must see it under the same path."""


@dataclass(frozen=True, slots=True)
class Execute:
    """How the executor behaves."""

    settle_seconds: Annotated[int, Meta(ge=1, le=86_400, description="a whole number of seconds, from 1 to 86400")] = (
        120
    )
    """How long an unanswered call may still take effect; only then is it read back and concluded."""
    rate_share_free: Annotated[float, Meta(ge=0, le=0.9, description="a number from 0 to 0.9")] = 0.2
    """The share of the rate that a token has which is left free, by every command that calls the API.

    Each process has a token, so a limit, of its own: the executor, a sync and a steward's `reviewer person` do not
    take from each other. What is left free is for limits that all clients of the organisation share.
    """
    window: Annotated[
        Windows | None,
        Meta(description='days and hours, as in "20:00-06:00" or "Mo-Fr 20:00-06:00, Sa-Su"'),
    ] = None
    """When operations may begin to be sent; what was begun is finished at any hour. Always, where it is not set."""
    time_zone: Annotated[Text | None, Meta(description="a time zone by its name, as in Europe/Berlin")] = None
    """Whose wall clock the window goes by; that of this machine, where it is not set."""
    claims_read: Annotated[
        Literal["all", "open", "none"], Meta(description="all, open or none: the contacts whose claims are read")
    ] = "open"
    """Before a merge: of which of its contacts it is read which identifiers they have claimed, at a call for each.

    What is kept for a later compensation then says what led to whom. ``open`` are those whose fields do not tell it:
    anonymous ones, and contacts that came out of a merge.
    """


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has to approve before something is sent, and how that is proved. Paths are absolute."""

    four_eyes: Annotated[Literal["never", "risky", "always"], Meta(description="never, risky or always, as text")] = (
        "never"
    )
    """When another steward than the proposer has to approve; what is automatic counts as proposed."""
    four_eyes_group_size: Annotated[int, Meta(ge=2, description="a whole number of contacts, from 2")] = 5
    """From so many contacts on a merge is risky."""
    four_eyes_anchors: Annotated[bool, Meta(description="true or false")] = True
    """Whether a merge is risky whose contacts have different anchors, or that loses one."""
    four_eyes_weight: Annotated[float, Meta(ge=-100, le=100, description="a match weight, from -100 to 100")] = 7.0
    """Below this weight a merge is risky."""
    four_eyes_vetoes: Annotated[bool, Meta(description="true or false")] = True
    """Whether a merge is risky that the rules veto."""
    signed: Annotated[bool, Meta(description="true or false")] = False
    """Whether each approval is signed with the steward's SSH key, and the executor sends nothing without."""
    signing_key: Annotated[
        Path | None,
        Meta(description="the path of the steward's SSH key: the private key, or the public one of an agent"),
    ] = None
    allowed_signers: Annotated[
        Path | None, Meta(description="the path of a file of allowed signers, as ssh-keygen(1) describes it")
    ] = None
    """Read by the executor; it and the folders above it belong to the executor's user or to root."""


@dataclass(frozen=True, slots=True)
class Log:
    """What is written down of the program's own work."""

    api_bodies: Annotated[bool, Meta(description="true or false")] = False
    """Whether the list of calls (`reviewer api-log`) holds their queries and bodies: personal data, tokens never."""


_DAYS = "a whole number of days, from 0 (for ever) to 36500"
Days = Annotated[int, Meta(ge=0, le=36_500, description=_DAYS)]


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit keeps, for how long, and who is told its head."""

    keep_answers: Annotated[bool, Meta(description="true or false")] = False
    """Whether the audit holds the service's answers whole: personal data. Their hash stands there in any case."""
    syslog: Annotated[Path | None, Meta(description="the path of the socket of syslog, as in /dev/log")] = None
    """Where the head of the chain goes after each batch."""
    payload_days: Days = 0
    """After how long the payloads of entries are erased; their hashes stay, so the chain holds."""
    answer_days: Days = 0
    """After how long the requests and answers of operations that have ended are erased."""
    snapshot_days: Days = 0
    """After how long the snapshots of merged contacts are erased, and with them what could re-create them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run, and where each came from."""

    environment: Environment
    """The environment of this run."""
    review: Review
    detect: Detect
    execute: Execute
    approval: Approval
    log: Log
    audit: Audit
    environments: tuple[str, ...]
    """The environments in the file of settings, in its order."""
    config_file: Path
    """The file of settings; it may not exist."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Key, as in ``environments.acme.region`` or ``review.auto``, to where its value came from."""
    unknown_variables: Mapping[str, str | None] = field(default_factory=dict)
    """Variables that begin with REVIEWER_ and are no setting, with the nearest name that is one."""
