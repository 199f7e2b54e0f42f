"""The access token: minted from the client's id and secret, shared by all calls, renewed in time."""

import asyncio
import base64
from collections.abc import Callable

import httpx
import msgspec

from reviewer.genesys.answers import read_error
from reviewer.genesys.connection import Connection
from reviewer.genesys.endpoints import TOKEN
from reviewer.genesys.errors import BadAnswer, WrongCredentials
from reviewer.genesys.line import Line
from reviewer.genesys.patience import Patience
from reviewer.genesys.rate import Clock
from reviewer.genesys.said import correlation_of, guessable

RENEW_BEFORE = 300.0
"""Seconds before its end that a token is renewed; a tenth of its life if that is less."""

_NOT_A_REFUSAL = (408, 429)
"""What a login answers with 4xx that says nothing of the client: any other is about how it asks to be let in."""


class _Minted(msgspec.Struct):
    access_token: str
    expires_in: float | None = None


class TokenSource:
    """Mints tokens by the client-credentials grant. Calls that ask at the same time share one minting."""

    def __init__(
        self,
        connection: Connection,
        line: Line,
        patience: Patience,
        clock: Clock,
        on_minted: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._line = line
        self._patience = patience
        self._clock = clock
        self._on_minted = on_minted
        self._minting = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    @property
    def present(self) -> str:
        """The token in use; empty before the first."""
        return self._token

    async def token(self) -> str:
        """A token that is still good.

        Raises ``WrongCredentials``, ``CannotConnect``, ``ServiceUnavailable``, ``TooManyRequests``, ``BadAnswer``.
        """
        if self._is_good():
            return self._token
        async with self._minting:
            if not self._is_good():
                await self._mint()
            return self._token

    async def renew(self, refused: str) -> str:
        """A token other than the one that was refused. Raises as ``token``."""
        async with self._minting:
            if self._token == refused:
                self._token = ""
            if not self._is_good():
                await self._mint()
            return self._token

    def _is_good(self) -> bool:
        return bool(self._token) and self._clock() < self._renew_at

    async def _mint(self) -> None:
        minted = await self._patience.persist(TOKEN, self._attempt)
        life = minted.expires_in if minted.expires_in and minted.expires_in > 0 else float("inf")
        self._token = minted.access_token
        self._renew_at = self._clock() + life - min(RENEW_BEFORE, life / 10)
        self._on_minted()

    async def _attempt(self, attempt: int) -> _Minted:
        secret = self._connection.client_secret
        pair = base64.b64encode(f"{self._connection.client_id}:{secret}".encode()).decode("ascii")
        request = self._line.http.build_request(
            TOKEN.method,
            self._connection.login_url + TOKEN.path(),
            headers={"Authorization": f"Basic {pair}"},
            data={"grant_type": "client_credentials"},
        )
        response = await self._line.send(TOKEN, request, attempt)
        setting = self._connection.address_setting
        if response.is_success:
            try:
                return _minted(response)
            except BadAnswer as unusable:
                raise unusable.naming(setting) from None
        error = read_error(TOKEN, response, secret, pair)
        if guessable(secret):
            error.code = error.message = ""  # not repeated: where its words were blotted out would tell the secret
        if 400 <= response.status_code < 500 and response.status_code not in _NOT_A_REFUSAL:
            said = (error.status, error.code, error.message, error.correlation_id, error.call)
            raise WrongCredentials(*said).naming(setting)
        raise error.naming(setting)


def _minted(response: httpx.Response) -> _Minted:
    try:
        minted = msgspec.json.decode(response.content, type=_Minted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unusable(response, "there is no token in it") from None
    if not minted.access_token.isascii() or not minted.access_token.isprintable():
        raise _unusable(response, "its token cannot be used")
    return minted


def _unusable(response: httpx.Response, reason: str) -> BadAnswer:
    return BadAnswer(response.status_code, "", reason, correlation_of(response), str(TOKEN))
