"""The largest memory of a process, for the benchmarks."""

from pathlib import Path


def peak_memory() -> int:
    """Bytes that this process held at most. Not ``ru_maxrss``: a child begins with what its parent held.

    Raises ``OSError`` where the kernel does not tell.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("the kernel does not tell the peak of this process")
