"""Many contacts in one call: asked in chunks, matched by id, what failed told one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from reviewer.genesys.bodies import REFUSED, Unreadable, converted, escaped, tolerant_object, typed
from reviewer.genesys.contacts import contact_record
from reviewer.genesys.endpoints import BULK_CONTACTS, BULK_UNRESOLVED, Endpoint
from reviewer.genesys.errors import RequestRejected
from reviewer.genesys.transport import Transport

CHUNK = 50
"""Ids in one call. How many the service takes is not documented, so a refused chunk is halved."""
LONGEST_ROUNDS = 30.0
"""Seconds for which ids are asked for again whose failure the service calls retryable."""

_TOO_MANY = (400, 413, 422)
_PASSING = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class BulkFailure:
    """Why one id brought no contact. ``status`` is 0 if the answer did not mention the id at all."""

    status: int
    code: str
    message: str
    retryable: bool = False


@dataclass
class BulkAnswer:
    """The contacts and failures by the id that was asked for; every such id is in one of the two.

    A contact found by ``bulk_contacts`` may have another id than the one asked for: then that was merged.
    ``repeated`` tells that some were asked for again after a pause: the others were read before it.
    """

    found: dict[str, bytes] = field(default_factory=dict)
    failed: dict[str, BulkFailure] = field(default_factory=dict)
    repeated: bool = False


class _Reference(msgspec.Struct):
    id: str | None = None


class _Entity(msgspec.Struct, rename="camel"):
    id: str
    merge_set: list[_Reference] | None = None


class _Error(msgspec.Struct):
    code: str | None = None
    message: str | None = None
    status: int | None = None
    retryable: bool | None = None


class _Result(msgspec.Struct):
    id: str | None = None
    success: bool | None = None
    status: int | None = None
    error: _Error | None = None
    entity: msgspec.Raw = msgspec.Raw(b"null")


class _Response(msgspec.Struct, rename="camel"):
    results: list[_Result]
    error_indexes: list[int] | None = None


async def bulk_contacts(transport: Transport, ids: Iterable[str]) -> BulkAnswer:
    """The living contacts behind these ids."""
    return await _bulk(transport, BULK_CONTACTS, list(dict.fromkeys(ids)))


async def bulk_unresolved(transport: Transport, ids: Iterable[str]) -> BulkAnswer:
    """The very records of these ids, ancestors included."""
    return await _bulk(transport, BULK_UNRESOLVED, list(dict.fromkeys(ids)))


def entities(ids: Iterable[str]) -> dict[str, Any]:
    """The body that asks for these ids."""
    return {"entities": [{"id": asked} for asked in ids]}


async def _bulk(transport: Transport, endpoint: Endpoint, ids: list[str]) -> BulkAnswer:
    """All the ids in chunks; those that failed in passing are asked for again, together, when all have been."""
    whole = await _in_chunks(transport, endpoint, ids)
    rounds = transport.rounds(LONGEST_ROUNDS)
    while waiting := [asked for asked, failure in whole.failed.items() if failure.retryable]:
        if await anext(rounds, None) is None:
            break
        whole.repeated = True
        part = await _in_chunks(transport, endpoint, waiting)
        whole.found |= part.found
        whole.failed = {asked: why for asked, why in whole.failed.items() if asked not in part.found} | part.failed
    return whole


async def _in_chunks(transport: Transport, endpoint: Endpoint, ids: Sequence[str]) -> BulkAnswer:
    whole = BulkAnswer()
    for start in range(0, len(ids), CHUNK):
        part = await _ask(transport, endpoint, ids[start : start + CHUNK])
        whole.found |= part.found
        whole.failed |= part.failed
    return whole


async def _ask(transport: Transport, endpoint: Endpoint, ids: Sequence[str]) -> BulkAnswer:
    """One chunk, halved until the service takes it; an id that it refuses even alone is a failure."""

    def decode(body: bytes) -> BulkAnswer:
        return _matched(ids, _response(body), redirects=endpoint is BULK_CONTACTS)

    try:
        return await transport.read(endpoint, decode, body=entities(ids))
    except RequestRejected as error:
        if error.status not in _TOO_MANY:
            raise
        if len(ids) == 1:
            return BulkAnswer(failed={ids[0]: BulkFailure(error.status, error.code, error.message)})
    half = len(ids) // 2
    first = await _ask(transport, endpoint, ids[:half])
    second = await _ask(transport, endpoint, ids[half:])
    return BulkAnswer(first.found | second.found, first.failed | second.failed)


def _response(body: bytes) -> _Response:
    """The response; where a name holds a lone surrogate, its entities are written anew with escapes."""
    try:
        return msgspec.json.decode(body, type=_Response)
    except msgspec.ValidationError as error:
        raise Unreadable(f"not the results of a bulk call: {error}") from None
    except REFUSED:
        record = tolerant_object(body)
        results = record.get("results")
        if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
            raise Unreadable("not the results of a bulk call") from None
        entities = [result.pop("entity", None) for result in results]
        response = converted(record, _Response)
        for result, entity in zip(response.results, entities, strict=True):
            result.entity = msgspec.Raw(escaped(entity))
        return response


def _matched(ids: Sequence[str], response: _Response, *, redirects: bool) -> BulkAnswer:
    """Results by the id asked for. Their order says nothing; ``errorIndexes`` point into them."""
    answer, wanted, errors = BulkAnswer(), set(ids), set(response.error_indexes or ())
    aliases: dict[str, bytes] = {}
    for index, result in enumerate(response.results):
        failure = _failure(result, index in errors)
        if failure is not None:
            if result.id in wanted:
                answer.failed[result.id] = failure
            continue
        try:
            record = contact_record(bytes(result.entity))
            entity = typed(record, _Entity)
        except Unreadable as error:
            if result.id in wanted:
                answer.failed[result.id] = BulkFailure(0, "", str(error))
            continue
        named = {result.id or entity.id} if redirects else {entity.id}
        answer.found |= dict.fromkeys(named & wanted, record)
        members = (reference.id for reference in entity.merge_set or ())
        aliases |= {alias: record for alias in (entity.id, *members) if alias}
    _complete(answer, wanted, aliases if redirects else {})
    return answer


def _complete(answer: BulkAnswer, wanted: set[str], aliases: dict[str, bytes]) -> None:
    """Ids that no result named: found under the living contact's id, or told as not mentioned."""
    for asked in wanted - answer.found.keys() - answer.failed.keys():
        if asked in aliases:
            answer.found[asked] = aliases[asked]
        else:
            answer.failed[asked] = BulkFailure(0, "", "the answer did not mention this contact", retryable=True)


def _failure(result: _Result, listed: bool) -> BulkFailure | None:
    error = result.error or _Error()
    status = error.status or result.status or 0
    if not listed and result.success is not False and result.error is None and status < 400:
        return None
    retryable = error.retryable if error.retryable is not None else status in _PASSING
    return BulkFailure(status, error.code or "", error.message or "", retryable)
