"""What of a merged person no call brings back, in plain words (sections 2.1 to 2.4 of the API contract).

The sentences contain record text: they reach a screen through ``text.visible`` only.
"""

from collections.abc import Iterator

from reviewer.domain.new_contact import unknown_fields
from reviewer.domain.wire import JsonObject


def sentences(record: JsonObject, canonical: str) -> Iterator[str]:
    """What stays lost when ``record``, a member of the merge that made ``canonical``, is created anew."""
    id_ = record["id"]
    yield f"the id {id_}: it stays an alias of {canonical} for good; the new contact has a new one"
    yield f"notes, sessions and conversations so far: they stay with {id_}, and are shown with {canonical}"
    yield "the dates of its creation and last change, and its place as the first who claimed an identifier"
    if (kind := record.get("type")) not in (None, "Curated"):
        yield f"its type: it was {kind}, what is created is Curated"
    before = [one for one in record.get("mergeSet") or () if one.get("id") != id_]
    if before and not record.get("mergedTo"):
        yield f"what was merged into it before ({len(before)} contacts): they stay aliases of {canonical}"
    if record.get("externalDataSources"):
        yield "its link to the data source that keeps it up to date: only that source can make it"
    if unknown := unknown_fields(record):
        yield f"fields that this program does not know: {', '.join(unknown)}; the snapshot has them"
