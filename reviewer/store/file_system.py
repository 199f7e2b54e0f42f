"""WAL needs shared memory between the processes, which network file systems do not give."""

import re
from pathlib import Path

from reviewer.domain.errors import DatabaseError

NETWORK_FILE_SYSTEMS = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"),
        *("ncpfs", "davfs", "vboxsf", "prl_fs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.ceph", "fuse.smb3"),
    )
)


def refuse_network_file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> None:
    """Raise ``DatabaseError`` if ``folder`` lies on a network file system.

    Where the system has no table of mounts (macOS), nothing is known and nothing is refused.
    """
    kind = file_system_of(folder.resolve(), mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise DatabaseError(
            f"{folder} is on a network file system ({kind}); the write-ahead log needs memory shared between "
            "processes of one machine, and would be damaged there: set `database` to a local disk"
        )


def file_system_of(folder: Path, mounts: Path) -> str:
    """The type of the file system that holds ``folder``, or the empty string where it cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        parts = line.split()
        if len(parts) < 3:
            continue
        point = _OCTAL.sub(lambda code: chr(int(code[1], 8)), parts[1])
        if _holds(point, folder) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


_OCTAL = re.compile(r"\\([0-7]{3})")
"""How the table of mounts writes blanks, tabs, line ends and backslashes."""


def _holds(point: str, folder: Path) -> bool:
    return folder == Path(point) or Path(point) in folder.parents
