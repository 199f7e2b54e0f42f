"""Who may call: OAuth clients with their permissions, and the tokens they hold."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.simulator.clock import Clock
from reviewer.simulator.errors import ApiError

MERGE = "externalContacts:identity:merge"
PERMISSIONS = frozenset(
    (
        "externalContacts:contact:view",
        "externalContacts:contact:add",
        "externalContacts:contact:edit",
        "externalContacts:contact:delete",
        "externalContacts:externalSource:view",
        "externalContacts:identity:promote",
        "externalContacts:session:view",
        "externalContacts:segmentAssignment:view",
        "externalContacts:segmentAssignment:add",
        "externalContacts:segmentAssignment:delete",
        MERGE,
        "externalContacts:graphClusterScan:view",
        "externalContacts:graphCluster:view",
        "externalContacts:graphCluster:merge",
        "externalContacts:graphSettingsGlobal:view",
        "externalContacts:graphSettingsGlobal:edit",
        "analytics:conversationDetail:view",
    )
)
CLIENT_ID = "7b5e4f0a-3c1d-4e8b-9a52-0d6f1c2b3a49"
CLIENT_SECRET = "embedded-organization-secret"


@dataclass
class Client:
    """An OAuth client that uses the client-credentials grant."""

    id: str = CLIENT_ID
    secret: str = field(default=CLIENT_SECRET, repr=False)
    permissions: frozenset[str] = PERMISSIONS


@dataclass
class Window:
    """The requests counted since a window of the rate began, in milliseconds since 1970."""

    began: int = 0
    count: int = 0


@dataclass
class Token:
    """A bearer token and the requests it made: in all, and at each endpoint that has a limit of its own."""

    client: Client
    expires: int
    window: Window = field(default_factory=Window)
    endpoint_windows: dict[str, Window] = field(default_factory=dict)


class Tokens:
    """The living tokens, by their text; they go with the process."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self._clock = clock
        self._tokens: dict[str, Token] = {}

    def mint(self, seconds: int) -> str:
        """A new token for the client."""
        text = secrets.token_urlsafe(48)
        self._tokens[text] = Token(self.client, self._clock.now() + seconds * 1000)
        return text

    def revoke_all(self) -> None:
        """Every token so far is no longer good."""
        self._tokens.clear()

    def bearer(self, authorization: str | None) -> Token:
        """The token of an Authorization header. Raises ApiError 401."""
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise ApiError(401, "authentication.required", "No authentication bearer token was given")
        token = self._tokens.get(text.strip())
        if token is None or token.expires <= self._clock.now():
            raise ApiError(401, "bad.credentials", "Invalid login credentials: the token is unknown or has expired")
        return token


def require(token: Token, permissions: tuple[str, ...]) -> None:
    """Any of the permissions will do. Raises ApiError 403 that names them."""
    if permissions and not token.client.permissions.intersection(permissions):
        raise lacking(permissions)


def lacking(permissions: tuple[str, ...]) -> ApiError:
    """403 that names the permissions of which one is needed."""
    named = ", ".join(permissions)
    said = f"Unable to perform the requested action. You must have at least one of: {named}"
    return ApiError(403, "missing.any.permissions", said)


def check_grant(client: Client, authorization: str | None, content_type: str, form: Mapping[str, str]) -> None:
    """Raises ApiError 401 or 400, with OAuth's code, where a token request is not granted."""
    if basic_credentials(authorization) != (client.id, client.secret):
        raise ApiError(401, "invalid_client", "client not found: the client id or its secret is wrong")
    if not content_type.startswith("application/x-www-form-urlencoded"):
        raise ApiError(400, "invalid_request", "the body must be a form")
    if "grant_type" not in form:
        raise ApiError(400, "invalid_request", "grant_type is required")
    if form["grant_type"] != "client_credentials":
        raise ApiError(400, "unsupported_grant_type", "only client_credentials is served")


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Id and secret of a Basic authorization header."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
