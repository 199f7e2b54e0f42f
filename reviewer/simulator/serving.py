"""An organisation in a child process, for the demo and the tests."""

import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.opening import Opening, OrganizationUnavailable, open_organization
from reviewer.simulator.organization import Organization

STOP_SECONDS = 10
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is never asked for through a proxy."""


@dataclass(frozen=True)
class Access:
    """Where an organisation is served, and how to be let in."""

    url: str
    login_url: str
    client_id: str
    client_secret: str
    organization_id: str
    external_source_id: str
    contacts: int


class ServedOrganization:
    """Context manager: an organisation served on loopback by a process of its own, which ends with this one.

    ``stderr`` is where its words go; by default they are kept, and told where it does not start.
    """

    def __init__(
        self,
        *,
        population: int = 300,
        seed: int = 1,
        contacts: Path | None = None,
        state: Path | None = None,
        rate_limit: int | None = 300,
        port: int = 0,
        login_port: int | None = None,
        stderr: IO[bytes] | int | None = None,
    ) -> None:
        self._arguments = ["--population", str(population), "--seed", str(seed), "--port", str(port)]
        self._arguments += ["--rate-limit", "none" if rate_limit is None else str(rate_limit)]
        self._arguments += ["--contacts", str(contacts)] if contacts else []
        self._arguments += ["--state", str(state)] if state else []
        self._arguments += [] if login_port is None else ["--login-port", str(login_port)]
        self._stderr = stderr
        self._process: subprocess.Popen[bytes] | None = None
        self._access: Access | None = None

    def start(self) -> Self:
        """Start the process and wait until it serves. Raises OrganizationUnavailable where it does not."""
        command = [sys.executable, "-m", "reviewer.simulator", "--exit-with-parent", *self._arguments]
        with tempfile.TemporaryFile() as words:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words if self._stderr is None else self._stderr,
                start_new_session=True,
            )
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            if not line:
                self.stop()
                words.seek(0)
                said = words.read().decode(errors="replace").strip()
                raise OrganizationUnavailable(said or "the embedded organisation did not start")
        self._access = Access(**json.loads(line))
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def access(self) -> Access:
        assert self._access is not None, "not started"
        return self._access

    @property
    def url(self) -> str:
        return self.access.url

    def read(self, name: str) -> Any:
        """A control: truth, anonymous, calls, knobs, faults, clock, permissions, endpoints or clusterscan."""
        return self._control(urllib.request.Request(f"{self.url}/simulator/{name}"))

    def write(self, name: str, value: Any) -> Any:
        """Change the knobs, faults, clock or permissions, or make a clusterscan; answers what is then.

        Raises ValueError for what cannot be.
        """
        body = json.dumps(value).encode()
        return self._control(urllib.request.Request(f"{self.url}/simulator/{name}", data=body, method="PUT"))

    def _control(self, request: urllib.request.Request) -> Any:
        try:
            with DIRECT.open(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                raise ValueError(json.load(refused)["message"]) from refused

    def stop(self) -> int:
        """End the process and wait for it; its exit status."""
        process = self._process
        assert process is not None, "not started"
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return process.returncode

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def in_process(
    *, population: int = 300, seed: int = 1, contacts: Path | None = None, knobs: Knobs | None = None
) -> Organization:
    """A temporary organisation for ``build_app`` and httpx's ASGI transport; the caller closes its state."""
    given = knobs or Knobs()
    opening = Opening(population=population, seed=seed, contacts=contacts, rate_limit=given.rate_limit)
    return open_organization(opening, given)


__all__ = ["Access", "OrganizationUnavailable", "ServedOrganization", "in_process"]
