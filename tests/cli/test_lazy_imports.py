"""Commands are quick to start: what is heavy is imported when it is needed."""

import subprocess
import sys

LIGHT = (
    "reviewer.cli.config, reviewer.cli.init, reviewer.cli.context, reviewer.text, reviewer.secret, reviewer.settings"
)
HEAVY = ("textual", "rich", "httpx", "sqlite_utils", "keyring", "tomlkit")


def test_config_and_init_import_nothing_heavy() -> None:
    code = f"import sys, {LIGHT}\nprint([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
