"""Where settings, databases, secrets and logs live. Nothing is made by asking.

The platform's own places are used (XDG on Linux), unless ``REVIEWER_HOME`` names one folder for everything.
The file of settings alone is moved by ``REVIEWER_CONFIG``.
"""

import os
from pathlib import Path

import platformdirs

_APP = "reviewer"


def config_file() -> Path:
    """The TOML file of settings."""
    named = os.environ.get("REVIEWER_CONFIG")
    return Path(named).expanduser() if named else config_directory() / "config.toml"


def config_directory() -> Path:
    """Where the file of settings and the files with secrets are."""
    return _home() or platformdirs.user_config_path(_APP, appauthor=False)


def data_directory() -> Path:
    """Where the databases are, one per environment."""
    home = _home()
    return home / "data" if home else platformdirs.user_data_path(_APP, appauthor=False)


def state_directory() -> Path:
    """Where logs and what a process leaves for the next one are."""
    home = _home()
    return home / "state" if home else platformdirs.user_state_path(_APP, appauthor=False)


def database(environment: str) -> Path:
    """The database of one environment, where its settings name none."""
    return data_directory() / f"{environment}.db"


def secret_file(environment: str) -> Path:
    """Where `reviewer init` puts the client secret of an environment, if asked to keep it in a file."""
    return config_directory() / f"{environment}.secret"


def log_file() -> Path:
    """The log that every process of the program writes to."""
    return state_directory() / "reviewer.log"


def api_log(environment: str) -> Path:
    """The list of the calls to the API of one environment, where no group shares its database."""
    return state_directory() / f"{environment}.api.jsonl"


def _home() -> Path | None:
    named = os.environ.get("REVIEWER_HOME")
    return Path(named).expanduser().absolute() if named else None
