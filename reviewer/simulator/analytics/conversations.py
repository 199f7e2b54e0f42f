"""The conversation behind a stored session, as a query for conversation details shows it."""

import uuid
import zlib
from collections.abc import Mapping
from typing import Any

NAMESPACE = uuid.UUID("a3d0b1c6-6c53-4b6e-9d0e-0d4f6f1f7b55")
AGENT = "9c1f0c52-7f0e-4a3e-8c39-2f6f5a1d0b77"
DIVISION = "*"
MEDIA = {"Voice": "voice", "Email": "email", "Webchat": "chat", "Message": "message"}
MESSAGE_TYPES = {"Facebook": "FacebookMessenger", "Twitter": "X", "WhatsApp": "WhatsApp", "Instagram": "Instagram"}


def conversation_of(session: Mapping[str, Any], contact_id: str) -> dict[str, Any]:
    """The conversation of a session, the same every time; the customer's contact is ``contact_id``, never redirected.

    Its ids are made from the session's. One voice call in a few shows its customer as ``external``, as the service
    does where no queue was passed.
    """
    seed = str(session["id"])
    customer = {
        "participantId": made_id(seed, "customer"),
        "purpose": purpose_of(session, media_of(session["conversationChannels"][0])[0]),
        "externalContactId": contact_id,
        "sessions": [session_shown(session, made_id(seed, "customer session"))],
    }
    if session.get("customerId"):
        customer["participantName"] = session["customerId"]
    agent = {
        "participantId": made_id(seed, "agent"),
        "purpose": "agent",
        "userId": AGENT,
        "sessions": [session_shown(session, made_id(seed, "agent session"))],
    }
    return {
        "conversationId": session["conversation"]["id"],
        "conversationStart": session["createdDate"],
        "conversationEnd": session["endedDate"],
        "originatingDirection": session["originatingDirection"].lower(),
        "divisionIds": [DIVISION],
        "participants": [customer, agent],
    }


def made_id(seed: str, part: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{seed} {part}"))


def conversation_id(session_id: str) -> str:
    """The id of the conversation that a session belongs to."""
    return made_id(session_id, "conversation")


def media_of(channel: Mapping[str, str]) -> tuple[str, str | None]:
    """Media type and message type of a channel, as analytics names them."""
    message = MESSAGE_TYPES.get(channel["messageType"], "Unspecified") if "messageType" in channel else None
    return MEDIA.get(channel["type"], "unknown"), message


def purpose_of(session: Mapping[str, Any], media: str) -> str:
    return "external" if media == "voice" and zlib.crc32(str(session["id"]).encode()) % 5 == 0 else "customer"


def session_shown(session: Mapping[str, Any], session_id: str) -> dict[str, Any]:
    """A participant's part of the conversation: one session of one segment."""
    media, message = media_of(session["conversationChannels"][0])
    shown: dict[str, Any] = {
        "sessionId": session_id,
        "mediaType": media,
        "direction": "inbound",
        "segments": [
            {
                "segmentStart": session["createdDate"],
                "segmentEnd": session["endedDate"],
                "segmentType": "interact",
                "conference": False,
            }
        ],
    }
    if message:
        shown["messageType"] = message
    address = session.get("customerId")
    if address:
        shown |= {"ani": f"tel:{address}"} if media == "voice" else {"addressFrom": address}
    return shown


def facts_of(session: Mapping[str, Any], contact_id: str) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """What a filter of segments can ask of the customer's segment and of the agent's, as ``conversation_of`` has them;
    None is what one does not have."""
    media, message = media_of(session["conversationChannels"][0])
    shared: dict[str, str | None] = {"mediaType": media, "messageType": message, "direction": "inbound"}
    customer = {**shared, "purpose": purpose_of(session, media), "externalContactId": contact_id}
    return customer, {**shared, "purpose": "agent", "externalContactId": None}
