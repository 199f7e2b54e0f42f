"""What the audit keeps of a call: the request as it was sent, and what came back, or its hash."""

from hashlib import sha256

from reviewer.domain.wire import decode_object
from reviewer.genesys.answers import Answer


def of_request(kind: str, request: bytes) -> dict[str, object]:
    """The call and its request; a request that was damaged on disk is kept as the text it is."""
    return {"call": kind, "request": _decoded(request)}


def of_answer(answer: Answer, keep: bool) -> dict[str, object]:
    """Status, correlation id and hash of an answer; ``keep`` adds the answer, which is personal data.

    The hash is SHA-256 of the bytes as they came. Status 0 is a state that was read, in place of an answer that never
    came.
    """
    told: dict[str, object] = {"status": answer.status, "answer_sha256": sha256(answer.body).hexdigest()}
    if answer.correlation_id:
        told["correlation_id"] = answer.correlation_id
    if keep:
        told["answer"] = _decoded(answer.body)
    return told


def _decoded(body: bytes) -> object:
    try:
        return decode_object(body)
    except ValueError:
        return body.decode("utf-8", "backslashreplace")
