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
        "externalContacts:externalSource:view",
        "externalContacts:identity:promote",
        "externalContacts:session:view",
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
class Token:
    """A bearer token and the requests it made in the present window of a minute."""

    client: Client
    expires: int
    window: int = 0
    count: int = 0


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
        named = ", ".join(permissions)
        raise ApiError(
            403,
            "missing.any.permissions",
            f"Unable to perform the requested action. You must have at least one of: {named}",
        )


@dataclass(frozen=True)
class Refused:
    """An answer of the token endpoint that is an error."""

    status: int
    error: str
    description: str

    def body(self) -> dict[str, str]:
        return {"error": self.error, "description": self.description, "error_description": self.description}


def grant(client: Client, authorization: str | None, content_type: str, form: Mapping[str, str]) -> Refused | None:
    """Whether a token request is granted: None, or why not."""
    if basic_credentials(authorization) != (client.id, client.secret):
        return Refused(401, "invalid_client", "client not found: the client id or its secret is wrong")
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return Refused(400, "invalid_request", "the body must be a form")
    if "grant_type" not in form:
        return Refused(400, "invalid_request", "grant_type is required")
    if form["grant_type"] != "client_credentials":
        return Refused(400, "unsupported_grant_type", "only client_credentials is served")
    return None


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
