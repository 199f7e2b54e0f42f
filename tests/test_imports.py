"""Who may import whom, what is quick to start, and how large a file may be."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_LINES = 400


def test_the_layers_hold(tmp_path: Path) -> None:
    command = shutil.which("lint-imports", path=Path(sys.executable).parent) or "lint-imports"
    result = subprocess.run(
        [command, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def test_the_version_is_told_without_anything_heavy() -> None:
    code = """
import sys
from reviewer.cli.main import run
status = run(["--version"])
heavy = {"textual", "rich", "httpx", "sqlite_utils", "numpy", "phonenumbers", "rapidfuzz", "starlette", "keyring"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    version, heavy = result.stdout.splitlines()
    assert "version" in version and heavy == "[]"


def test_the_store_is_opened_and_read_without_sqlite_utils(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from reviewer.store import queue
from reviewer.store.database import open_database
with open_database(Path({str(tmp_path / "queue.db")!r})) as database:
    queue.window(database)
print([name for name in ("sqlite_utils", "phonenumbers", "rapidfuzz", "numpy", "httpx") if name in sys.modules])
"""
    said = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert said[1].stdout.strip() == "[]", "the first start makes the tables, the others only read"


def test_no_file_is_too_large_to_be_read_at_a_sitting() -> None:
    files = [path for folder in ("reviewer", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    large = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in large.items() if lines > MOST_LINES} == {}
