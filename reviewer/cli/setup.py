"""One environment on its way into the file of settings: asked for, tried, written."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from reviewer import locations, secret
from reviewer.cli.call_log import observed_calls
from reviewer.cli.context import Context, connection_of
from reviewer.cli.first_connection import FirstConnection, connect, source_named
from reviewer.cli.question import Questions, say
from reviewer.domain.errors import ReviewerError, SettingsError
from reviewer.secret import Secret
from reviewer.settings import Environment, Options, keys, load, loading, toml_file
from reviewer.settings.writing import write_environment
from reviewer.text import visible

_UNASKED = ("api_url", "login_url", "https_proxy", "ca_file")
"""Keys that most do not need: taken from options, and otherwise left as they are."""


@dataclass
class Setup:
    """What the file says of the environment already, and what was answered."""

    path: Path
    known: Environment
    questions: Questions
    options: dict[str, Any]
    first: bool
    """Whether it will be the only environment of the file."""
    answers: dict[str, Any] = field(default_factory=dict)
    secret: Secret | None = None

    @classmethod
    def begin(cls, context: Context, options: dict[str, Any]) -> "Setup":
        """Read the file that is there, and ask which environment it is about.

        Raises ``SettingsError`` if the file is not understood.
        """
        path = (context.config or locations.config_file()).expanduser().absolute()
        file = toml_file.read(path)
        questions = Questions(ask=not options["no_input"])
        name = questions.text(
            "Name of the environment",
            "--environment",
            options["name"] or context.environment,
            "default",
            check=lambda given: keys.require_environment_name(given, "--environment"),
        )
        keys.require_distinct_environments([*file.environments, name], str(path))
        if name in file.environments:
            known = load(Options(config=path, environment=name), {}).environment
        else:
            known = Environment(name=name, database=locations.database(name).absolute())
        return cls(path, known, questions, options, first=set(file.environments) <= {name})

    @property
    def environment(self) -> Environment:
        """The environment as far as it has been answered."""
        return replace(self.known, **self.answers)

    def ask_for_connection(self) -> None:
        """Where the API is, who we are there, and the secret."""
        given = {key: self.options[key] for key in _UNASKED if self.options[key] is not None}
        self.answers |= {key: loading.checked(key, str(value)) for key, value in given.items()}
        if self.options["region"]:
            self.answers |= {key: None for key in ("api_url", "login_url") if key not in given}
        if self.options["region"] or not self.environment.api_url:
            self._ask_where_the_service_is()
        elif "api_url" in given:
            self.answers["region"] = None
        self._ask("client_id", "OAuth client id")
        self._ask_for_secret()

    def _ask_where_the_service_is(self) -> None:
        label = "Region, by its domain or name, or the address of the API"
        given = self.questions.text(
            label, "--region", self.options["region"], self._present_address(), check=_region_or_address
        )
        self.answers |= {"api_url": given, "region": None} if "://" in given else {"api_url": None, "region": given}

    def _present_address(self) -> str | None:
        return self.environment.region or self.environment.api_url

    def try_connection(self) -> FirstConnection | None:
        """Connect, and tell what was found and what is missing.

        If it does not get in and somebody can be asked, what may be wrong is asked again, until it gets in or the
        settings are to be written all the same; then None. Raises ``ReviewerError`` where nobody can be asked, and
        ``click.exceptions.Exit`` for somebody who was told already and gives up.
        """
        if self.secret is None:
            raise SettingsError(
                f"there is no client secret to connect with: set {secret.specific_variable(self.known.name)}, "
                "give it with --secret-stdin, or leave the check out with --no-check"
            )
        while True:
            say("Connecting …")
            try:
                with observed_calls(self.environment) as on_call:
                    found = asyncio.run(connect(connection_of(self.environment, self.secret), on_call))
            except ReviewerError as error:
                if not self.questions.ask:
                    raise
                say(str(error))
                if self.questions.yes("Answer again what may be wrong", "--no-check", None, True):
                    self._ask_again(error)
                elif self.questions.yes("Write the settings all the same", "--no-check", None, False):
                    return None
                else:
                    raise click.exceptions.Exit(error.exit_code) from error
            else:
                _tell(found)
                return found

    def _ask_again(self, error: ReviewerError) -> None:
        """What a connection failed for: who we are, or where the API is; the answers before are the defaults."""
        from reviewer.genesys.errors import WrongCredentials

        self.options |= dict.fromkeys(("region", "client_id"))
        if isinstance(error, WrongCredentials):
            self._ask("client_id", "OAuth client id")
            typed = self.questions.hidden("Client secret", "--secret-stdin", needed=True)
            self.secret = secret.checked(str(typed), "the answer")
        else:
            self._ask_where_the_service_is()

    def ask_for_the_rest(self, found: FirstConnection | None) -> None:
        """What the rules and the screen need to know of this environment."""
        sources = found.sources if found else {}
        if sources and self.questions.ask:
            say(f"External sources: {', '.join(sorted(map(visible, sources.values())))}.")
        if len(sources) == 1 and self.questions.ask and not self.environment.external_source:
            (self.answers["external_source"],) = sources.values()
        self._ask(
            "external_source",
            "External source of the anchor",
            optional=True,
            check=lambda given: _known_source(sources, given),
        )
        self._ask("date_of_birth", "Field of the date of birth")
        self._ask("default_country", "Default country, two letters", optional=True, check=str.upper)
        production = self.options["production"]
        self.answers["production"] = self.questions.yes(
            "Is it a production environment", "--production", production, self.known.production
        )

    def write(self) -> None:
        """Keep the secret in its place, write the file, and say where they are."""
        environment = self.environment
        if self.secret and environment.secret_file:
            secret.write_file(environment.secret_file, self.secret)
            say(f"The client secret is in {environment.secret_file}.")
        elif self.secret and environment.secret_keyring:
            secret.write_keyring(environment.secret_keyring, environment.name, self.secret)
            say(f"The client secret is in the keyring, service {environment.secret_keyring}.")
        else:
            variable = environment.secret_env or secret.specific_variable(environment.name)
            say(f"The client secret is not kept: set the variable {variable} where Reviewer runs.")
        changed = {
            key: str(value) if isinstance(value, Path) else value
            for key, value in self.answers.items()
            if value != getattr(self.known, key) or key == "production"
        }
        default = self.first if self.options["as_default"] is None else self.options["as_default"]
        backup = write_environment(self.path, environment.name, changed, as_default=default)
        say(f"Wrote {self.path}." + (f" What was there before is in {backup}." if backup else ""))
        other = "" if default or self.first else f" --environment {environment.name}"
        say(f"Next: `reviewer{other} sync`.")

    def _ask(self, key: str, label: str, *, optional: bool = False, check: Callable[[str], str] = str) -> None:
        self.answers[key] = self.questions.text(
            label,
            "--" + key.replace("_", "-"),
            self.options[key],
            getattr(self.environment, key),
            optional=optional,
            check=lambda given: loading.checked(key, check(given)),
        )

    def _ask_for_secret(self) -> None:
        """Where the secret is kept, and the secret itself unless it is found there or in a variable."""
        place = self.questions.choice(
            "Where is the client secret kept",
            "--secret-in",
            self.options["secret_in"],
            _present_place(self.known),
            ("keyring", "file", "variable"),
        )
        places: dict[str, Any] = {"secret_env": None, "secret_file": None, "secret_keyring": None}
        if place == "keyring":
            places["secret_keyring"] = self.known.secret_keyring or secret.KEYRING_SERVICE
        elif place == "file":
            places["secret_file"] = self.known.secret_file or locations.secret_file(self.known.name).absolute()
        else:
            places["secret_env"] = self.known.secret_env
        self.answers |= places
        if self.options["secret_stdin"]:
            self.secret = secret.checked(sys.stdin.readline().strip(), "standard input")
            return
        found = secret.find(self.environment)
        note = f" (Enter takes the one from {found.place})" if found else ""
        typed = self.questions.hidden(f"Client secret{note}", "--secret-stdin", needed=found is None)
        if typed:
            self.secret = secret.checked(typed, "the answer")
        elif found:
            self.secret = found.secret


def _present_place(known: Environment) -> str:
    """Where the secret is now; if there is none yet, the keyring where there is one, else a file."""
    if known.secret_file or known.secret_keyring:
        return "file" if known.secret_file else "keyring"
    if known.client_id or secret.find(known):
        return "variable"
    return "keyring" if secret.has_keyring() else "file"


def _region_domain(given: str) -> str:
    from reviewer.genesys.regions import find_region

    return find_region(given).domain


def _region_or_address(given: str) -> str:
    """The region's domain, or the address as it is. Raises ``SettingsError`` for neither."""
    if not given:
        raise SettingsError(
            "an answer is needed: the region as in the address of your organisation (mypurecloud.de, usw2.pure.cloud) "
            "or by its name (eu_central_1), or the address of the API (https://…)"
        )
    if "://" in given:
        return str(loading.checked("api_url", given))
    return str(loading.checked("region", _region_domain(given)))


def _known_source(sources: dict[str, str], given: str) -> str:
    """The name or id as it was given, if the organisation has it. Raises ``SettingsError``."""
    if sources and source_named(sources, given) is None:
        there = ", ".join(sorted(map(visible, sources.values())))
        raise SettingsError(
            f"--external-source: there is no one external source {visible(given)!r}; there are: {there}"
        )
    return given


def _tell(found: FirstConnection) -> None:
    say(f"Connected to {visible(found.organization_name)} ({visible(found.organization_id)}).")
    if not found.contacts and not found.missing:
        say("A scan shows no contacts. If there should be some, check the divisions of the client's roles.")
    for sentence in found.missing:
        say(f"Missing: {sentence}")
    say(f"Reading cannot prove that the client may write, so this is not known: {', '.join(found.unproved)}.")
