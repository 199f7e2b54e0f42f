"""A scripted service behind httpx's mock transport, and a clock that only sleeping moves."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

import httpx

from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection

SECRET = "s3cr3t-of-the-client"
ANYTHING_GOES = {"id": "c1"}

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class VirtualTime:
    """A monotonic clock that stands still but for the seconds slept on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class ScriptedService:
    """Mints tokens (``token-1``, ``token-2`` …) and answers API calls from a list; the last reply repeats."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = deque(replies)
        self.requests: list[httpx.Request] = []
        self.token_requests: list[httpx.Request] = []
        self.token_replies: deque[Reply] = deque()
        self.time = VirtualTime()
        self.calls: list[CallRecord] = []

    def client(self, **options: Any) -> GenesysClient:
        return GenesysClient(
            options.pop("connection", None) or connection(),
            on_call=self.calls.append,
            http_transport=httpx.MockTransport(self.answer),
            clock=self.time.clock,
            sleep=self.time.sleep,
            **options,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.token_requests.append(request)
            reply = self.token_replies.popleft() if self.token_replies else minted(len(self.token_requests))
        else:
            self.requests.append(request)
            reply = self.replies.popleft() if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            # A fresh copy: a response can be read by one client only.
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return reply(request)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def connection(**changes: Any) -> Connection:
    return Connection(**{"region": "eu_central_1", "client_id": "the-client", "client_secret": SECRET} | changes)


def minted(number: int, expires_in: float = 86_400) -> httpx.Response:
    return ok({"access_token": f"token-{number}", "token_type": "bearer", "expires_in": expires_in})


def ok(body: object, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=body, headers={"ININ-Correlation-Id": "corr-ok"} | headers)


def raw(body: bytes, status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=body, headers={"ININ-Correlation-Id": "corr-raw"})


def refusal(status: int, code: str = "some.code", message: str = "What is wrong.", **headers: str) -> httpx.Response:
    body = {"message": message, "code": code, "status": status, "contextId": f"corr-{status}", "details": []}
    return httpx.Response(status, json=body, headers=headers)
