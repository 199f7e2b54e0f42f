"""What the service's documentation leaves open, as settings with a documented default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import msgspec

Refusal = Literal[400, 409, 422]


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """One way the service may behave; a client has to be right under every setting."""

    # Validation
    validation_status: Literal[400, 422] = 400
    """Status of a contact that breaks a field's rule."""
    request_bytes: int = 512_000
    """A larger request body answers 413."""
    phone_default_region: str = "US"
    """Region of a phone number that names none; the service's own default is North America."""
    email_case_folding: bool = True
    """Identifiers of type Email are compared without case."""
    whatsapp_is_phone: bool = False
    """A look-up of a phone number also finds the holder of the same WhatsApp number."""

    # Merging
    merge_set_limit: int = 52
    """Most contacts that a merge set may hold after a merge."""
    merge_set_status: Refusal = 409
    """Status of a merge that would exceed that limit."""
    repeated_ids_status: Refusal = 400
    """Status of a merge whose contactIds name one contact twice."""
    merged_again: Literal["conflict", "bad_request", "resolve", "nothing"] = "conflict"
    """A merge that names an ancestor: refused with 409 or 400; taken as its canonical contact; or, where all
    the ids have one canonical contact, answered with it and no effect (else 409)."""
    cross_division_status: Refusal | None = 400
    """Status of a merge across divisions; None allows it, and the first contact's division stays."""
    merged_type: Literal["highest", "curated"] = "highest"
    """Type of the result: the highest of the inputs' types, or always Curated."""
    custom_fields: Literal["by_key", "whole"] = "by_key"
    """customFields are resolved key by key, or as one value like an address."""
    override_lists: Literal["replace", "union"] = "replace"
    """externalIds and appleOpaqueIds given in valueOverride replace the union of the inputs, or join it."""
    list_cap: int = 10
    """Most externalIds, and most appleOpaqueIds, of the result; more are dropped."""

    # Identifiers
    claim_conflict: Literal["conflict", "steal"] = "conflict"
    """Claim of an identifier that another contact owns: 409, or it changes hands."""
    release_unknown: Literal["not_found", "ignore"] = "not_found"
    """Release of an identifier that the contact does not own: 404, or 200 without effect."""

    # Ancestors, promotion
    patch_ancestor: Literal["redirect", "conflict"] = "redirect"
    """PATCH of an ancestor: acts on its canonical contact, or 409."""
    ancestor_parts: Literal["own", "redirect"] = "own"
    """Identifiers, notes and sessions asked of an ancestor: its own, or those of its canonical contact."""
    promote_curated: Literal["ok", "conflict"] = "ok"
    """Promotion of a curated contact: 200 without effect, or 409."""

    # Scans
    scan_shows_ancestors: bool = False
    """Scans list curated contacts that were merged into another."""
    scan_empty_every: int = 4
    """Every so many pages of a scan one that is not the last is empty; 0 is never."""
    scan_short_every: int = 3
    """Every so many pages one that is not the last holds half of what was asked for; 0 is never."""
    cursor_hours: float = 24.0
    """Life of a scan's cursor."""

    # Bulk calls
    bulk_limit: int = 100
    """Most entities in a bulk call."""
    bulk_status: Literal[400, 413, 422] = 400
    """Status of a bulk call with more."""

    # Cluster scans
    graphs_served: bool = True
    """The organisation has the preview of graphs; without it all of graphs/ answers 404."""
    cluster_scan_hours: float | None = 24.0
    """Time from one cluster scan to the next; the first is made when an organisation's graphs are first asked for.
    None: only the control makes scans."""
    cluster_scans_kept: int = 10
    """How many scans are kept; older ones answer 404."""
    cluster_merge_seconds: float = 5.0
    """Time from the queueing of a cluster's merge to its being carried out."""
    cluster_merged_elsewhere: Literal["stale", "manual_failed"] = "stale"
    """A cluster whose contacts were merged elsewhere since the scan: shown as the scan left it until a merge of it
    fails, or shown as ManualFailed at once."""
    cluster_merged_again: Literal["conflict", "nothing"] = "conflict"
    """Merge of a cluster that is queued or merged already: 409, or 200 without effect."""
    cluster_contacts: Literal["whole", "reference"] = "whole"
    """Contacts in a cluster's graph: as they are now, or only id and selfUri."""

    # Tokens and rate
    token_seconds: int = 86_400
    """Life of a token."""
    rate_limit: int | None = 300
    """Requests a minute that a token has; None is without limit."""
    retry_after: bool = True
    """429 carries a Retry-After header."""

    # Retention
    retention_days: float | None = 60.0
    """Life of an Identified or Ephemeral contact; None is for ever."""

    def changed(self, changes: Mapping[str, Any]) -> "Knobs":
        """A copy with the changes. Raises ValueError for a name or a value that no knob has."""
        unknown = set(changes) - set(asdict(self))
        if unknown:
            raise ValueError(f"no such knob: {', '.join(sorted(unknown))}")
        try:
            return msgspec.convert({**asdict(self), **changes}, Knobs)
        except msgspec.ValidationError as wrong:
            raise ValueError(str(wrong)) from wrong
