"""Erasing calls from the list of calls, while other processes go on writing it."""

from collections.abc import Sequence
from pathlib import Path

from reviewer.api_log.writing import LARGEST_BYTES, OLD_FILES
from reviewer.shared_file import SharedFile, numbered


def erase(path: Path, texts: Sequence[str], group: str | None = None) -> int:
    """Remove every call that names one of the texts; returns how many. Raises ``OSError`` as ``SharedFile.remove``."""
    if not any(numbered(path, number).exists() for number in range(OLD_FILES + 1)):
        return 0
    wanted = [text.encode("utf-8", "backslashreplace") for text in texts]
    shared = SharedFile(path, largest=LARGEST_BYTES, old_files=OLD_FILES, group=group)
    try:
        return shared.remove(lambda line: any(text in line for text in wanted))
    finally:
        shared.close()
