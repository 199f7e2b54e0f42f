"""What the service's documentation leaves open, as settings with a documented default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

Refusal = Literal[400, 409, 422]
Positive = Annotated[float, Meta(gt=0)]
Whole = Annotated[int, Meta(ge=0)]


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """One way the service may behave; a client has to be right under every setting.

    Two merges are never under way at once: calls take effect one after another. That two parallel merges might not
    be serialised is tried out with faults (409, late).
    """

    # Validation and errors
    validation_status: Literal[400, 422] = 400
    """Status of a contact that breaks a field's rule."""
    codes: Literal["usual", "unforeseen"] = "usual"
    """Errors carry the codes that are known, or one that no documentation names: clients go by the status."""
    request_bytes: Whole = 512_000
    """A larger request body answers 413."""
    response_bytes: Whole | None = None
    """A larger answer to a call that only reads is 400 with ``response.entity.too.large``; None is without limit."""
    phone_default_region: str = "US"
    """Region of a phone number that names none; the service's own default is North America."""
    email_case_folding: bool = True
    """Identifiers of type Email are compared without case."""
    whatsapp_is_phone: bool = False
    """A look-up of a phone number also finds the holder of the same WhatsApp number."""
    division_change: Literal["ignore", "allow", "refuse"] = "ignore"
    """A PUT that names another division: the division stays, or changes, or the PUT breaks a field's rule."""

    # Merging
    merge_set_limit: Whole = 52
    """Most contacts that a merge set may hold after a merge."""
    merge_set_status: Refusal = 409
    """Status of a merge that would exceed that limit."""
    repeated_ids_status: Refusal = 400
    """Status of a merge whose contactIds name one contact twice."""
    unknown_id_status: Literal[400, 404, 409, 422] = 404
    """Status of a merge that names a contact which does not exist."""
    merged_again: Literal["conflict", "bad_request", "resolve", "nothing"] = "conflict"
    """A merge that names an ancestor: refused with 409 or 400; taken as its canonical contact; or, where all
    the ids have one canonical contact, answered with it and no effect (else 409)."""
    cross_division_status: Refusal | None = 400
    """Status of a merge across divisions; None allows it."""
    merged_division: Literal["first", "newest"] = "first"
    """Division of the result of a merge across divisions: the first contact's, or the most recently modified one's."""
    merged_type: Literal["highest", "newest", "curated"] = "highest"
    """Type of the result: the highest of the inputs' types, the most recently modified input's, or Curated."""
    custom_fields: Literal["by_key", "whole"] = "by_key"
    """customFields are resolved key by key, or as one value like an address."""
    survey_opt_out: Literal["newest", "any"] = "newest"
    """surveyOptOut is resolved like any field, or is true where any input's or the override's is."""
    external_organization: Literal["newest", "override"] = "newest"
    """externalOrganization is resolved like any field, or only the override's counts."""
    override_lists: Literal["replace", "union"] = "replace"
    """externalIds and appleOpaqueIds given in valueOverride replace the union of the inputs, or join it."""
    list_cap: Whole = 10
    """Most externalIds, and most appleOpaqueIds, of the result."""
    list_overflow: Literal["drop", "refuse"] = "drop"
    """A merge whose lists would exceed that: what is over is dropped, or the merge breaks a field's rule."""
    overflow_identifiers: Literal["keep", "release"] = "keep"
    """A phone, an email or a list's entry that finds no place in the result stays as an identifier, or is released."""

    # Identifiers
    claim_conflict: Literal["conflict", "steal"] = "conflict"
    """Claim of an identifier that another contact owns: 409, or it changes hands."""
    release_unknown: Literal["not_found", "ignore"] = "not_found"
    """Release of an identifier that the contact does not own: 404, or 200 without effect."""
    release_clears_field: bool = False
    """Release also removes the value from the contact's fields."""
    patch_claims: bool = True
    """A PATCH claims what it writes into fields and releases what it takes out of them, as PUT does; else it leaves
    the contact's identifiers as they are."""

    # Ancestors, promotion
    patch_ancestor: Literal["redirect", "conflict"] = "redirect"
    """PATCH of an ancestor: acts on its canonical contact, or 409."""
    promote_ancestor: Literal["redirect", "conflict"] = "redirect"
    """Promotion of an ancestor: acts on its canonical contact, or 409."""
    ancestor_parts: Literal["own", "redirect"] = "own"
    """Identifiers, notes and sessions asked of an ancestor: its own, or those of its canonical contact."""
    write_ancestor_parts: Literal["allow", "conflict"] = "allow"
    """A note on an ancestor, or a claim for it: as ``ancestor_parts`` says whose, or 409."""
    promote_curated: Literal["ok", "conflict"] = "ok"
    """Promotion of a curated contact: 200 without effect, or 409."""

    # Scans
    scan_shows_ancestors: bool = False
    """Scans list curated contacts that were merged into another."""
    scan_empty_every: Whole = 4
    """Every so many pages of a scan one that is not the last is empty; 0 is never."""
    scan_short_every: Whole = 3
    """Every so many pages one that is not the last holds half of what was asked for; 0 is never."""
    cursor_hours: Positive = 24.0
    """Life of a scan's cursor."""
    changes_during_scan: Literal["steady", "missed", "repeated", "mixed"] = "steady"
    """A contact that is created, changed or merged while a scan is under way: shown once, as it is when its place
    comes; may be missed; comes at the end, so that it may be shown twice; or any of these."""
    scan_seed: int = 0
    """Which of the changed contacts that happens to."""

    # Bulk calls
    bulk_limit: Whole = 100
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

    # Search
    search_delay_seconds: float = 0.5
    """Time until a change of a contact is seen by GET contacts and contacts/search."""
    search_shows_ancestors: bool = False
    """Search finds curated contacts that were merged into another."""
    search_prefix: bool = True
    """A word that is searched for finds words that begin with it; else only itself."""
    search_partial: bool = False
    """Listings say that their results are partial."""

    # Analytics
    analytics_days: float = 31.0
    """Longest interval of one query for conversations, in days; a longer one answers 400."""
    analytics_whole_days: bool = True
    """A query finds what started on any (UTC) day that its interval touches, as the SDK words it; else only what
    started within the interval."""
    analytics_hits: int = 100_000
    """How far pages of a query reach (page size times number); beyond it 400."""
    analytics_empty: Literal["omitted", "list"] = "omitted"
    """A page without conversations: no such key, or an empty list."""

    # Tokens and rate
    token_seconds: Annotated[int, Meta(gt=0)] = 86_400
    """Life of a token."""
    login_errors: Literal["oauth", "service"] = "oauth"
    """Errors of the token endpoint have OAuth's shape, or that of all others."""
    rate_limit: Whole | None = 300
    """Requests in a window that a token has; None is without limit."""
    endpoint_limits: dict[str, Whole] = field(default_factory=dict)
    """Requests in a window that a token has at an endpoint, by the endpoint's name, besides the limit for all."""
    rate_window_seconds: Positive = 60.0
    """Length of a window."""
    rate_windows: Literal["first_call", "clock"] = "first_call"
    """A window begins with the first request after the one before, or at full multiples of its length."""
    rate_reset_rounding: Literal["up", "down", "nearest"] = "up"
    """How the seconds to the end of a window are made whole, in inin-ratelimit-reset and in Retry-After (which is
    at least 1)."""
    retry_after: bool = True
    """429 carries a Retry-After header."""

    # Retention
    retention_days: Positive | None = 60.0
    """Life of an Identified or Ephemeral contact; None is for ever."""

    def changed(self, changes: Mapping[str, Any]) -> "Knobs":
        """A copy with the changes. Raises ValueError for a name or a value that no knob has, naming those there are."""
        known = asdict(self)
        unknown = set(changes) - set(known)
        if unknown:
            raise ValueError(f"no such knob: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        kinds = get_type_hints(Knobs, include_extras=True)
        return replace(self, **{name: _value(name, kinds[name], given) for name, given in changes.items()})


def _value(name: str, kind: Any, given: Any) -> Any:
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as wrong:
        allowed = msgspec.json.schema(kind)
        choices = f"one of {', '.join(map(str, allowed['enum']))}: " if "enum" in allowed else ""
        raise ValueError(f"{name} must be {choices}{wrong}" if choices else f"{name}: {wrong}") from wrong
