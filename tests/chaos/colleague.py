"""Somebody else at work in the same organisation, over HTTP of their own: what they do is told apart from our calls."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from reviewer.simulator.serving import DIRECT
from tests.chaos.truth import Truth

_CONTACTS = "/api/v2/externalcontacts/contacts"


class Colleague:
    """Acts at once, whatever faults await. ``correlations`` are those of the calls they made."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self.correlations: set[str] = set()

    def change(self, contact_id: str, field: str, value: Any) -> None:
        """Change one field of the living contact behind an id."""
        changes = [{"field": f"$.{field}", "action": "Update", "value": value}]
        self._call("PATCH", f"{_CONTACTS}/{self._truth.head(contact_id)}", {"changes": changes})

    def merge(self, ids: Sequence[str], override: Any = None) -> str:
        """Merge contacts, with these values winning; the id of the result."""
        body = {"contactIds": list(ids)} | ({"valueOverride": override} if override else {})
        merged: str = self._call("POST", f"{_CONTACTS}/merge", body)["id"]
        return merged

    def claim(self, contact_id: str, kind: str, value: str) -> None:
        """Claim an identifier for a contact."""
        body = {"operation": "Claim", "identifier": {"type": kind, "value": value}}
        self._call("PATCH", f"{_CONTACTS}/{contact_id}/identifiers", body)

    def _call(self, method: str, path: str, body: Any) -> Any:
        access = self._truth.served.access
        with self._truth.without_faults():
            request = urllib.request.Request(f"{access.url}{path}", json.dumps(body).encode(), method=method)
            request.add_header("Authorization", f"Bearer {self._token()}")
            request.add_header("Content-Type", "application/json")
            try:
                with DIRECT.open(request) as answer:
                    self._made(answer)
                    return json.load(answer)
            except urllib.error.HTTPError as refusal:
                self._made(refusal)
                raise

    def _made(self, answer: Any) -> None:
        self.correlations.add(answer.headers["ININ-Correlation-Id"])

    def _token(self) -> str:
        access = self._truth.served.access
        request = urllib.request.Request(f"{access.login_url}/oauth/token", b"grant_type=client_credentials")
        pair = base64.b64encode(f"{access.client_id}:{access.client_secret}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
        with DIRECT.open(request) as answer:
            token: str = json.load(answer)["access_token"]
        return token
