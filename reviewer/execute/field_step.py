"""SET: a field of a contact that no merge made gets its value."""

from dataclasses import dataclass
from typing import Any

from reviewer.domain.answer import Difference
from reviewer.domain.fields import content, field_of, same, shown, value_at
from reviewer.domain.follow_up import changed_answer, changes_left
from reviewer.domain.wire import JsonObject, encode
from reviewer.execute.approval import Approval
from reviewer.execute.identifier_steps import standing_of
from reviewer.execute.reading import as_contact
from reviewer.execute.step_work import Finding, Standing, hindered
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.transport import MaySend


@dataclass(frozen=True)
class Setting:
    """SET. What somebody wrote into the field since the approval is not overwritten."""

    client: GenesysClient
    act: str = "set"

    async def find(self, request: JsonObject, approval: Approval, *, new: bool) -> Finding:
        """Whether the field has its value; it is hindered where it has another one than was approved."""
        contact = str(request["contactId"])
        record, gone = await standing_of(self.client, contact)
        if gone:
            return hindered(gone, new=new)
        left = changes_left(request, record)
        if not left:
            return Finding(Standing.DONE, body=encode(record))
        then = approval.members.get(contact, {})
        for change in left:
            path = _path(change)
            now = value_at(record, path)
            if not same(path, value_at(then, path), now):
                told = f"{field_of(path).label} of {contact} holds {shown(path, now) or 'nothing'} now"
                return hindered(f"{told}: it was not overwritten", new=new)
        return Finding(Standing.OPEN, body=encode(record))

    async def send(self, request: JsonObject, may_send: MaySend) -> Answer:
        """Set it."""
        return await self.client.patch(request["contactId"], request["changes"], may_send=may_send)

    def differences(self, request: JsonObject, before: bytes | None, answer: bytes) -> list[Difference]:
        """Where the contact in the answer is another one, or not as it was just before but for the field."""
        record = as_contact(answer)
        found = changed_answer(request, str(request["contactId"]), record)
        if before is not None and not found:
            found += _touched(request, as_contact(before), record)
        return found


def _touched(request: JsonObject, before: JsonObject, answer: JsonObject) -> list[Difference]:
    changed = {_path(change) for change in request["changes"]}
    old, new = content(before), content(answer)
    paths = [path for path in dict.fromkeys((*old, *new)) if path not in changed]
    return [_difference(path, before, answer) for path in paths if not same(path, old.get(path), new.get(path))]


def _difference(path: str, before: JsonObject, answer: JsonObject) -> Difference:
    return Difference(path, shown(path, value_at(before, path)), shown(path, value_at(answer, path)))


def _path(change: Any) -> str:
    return str(change["field"]).removeprefix("$.")
