"""Stands for the process in which an engine works: noisy, with a child of its own, and ending as it is told to.

``folder`` of the job has a file ``how`` with the word for it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from reviewer.detect.engines.worker import Job, end_when_left, own_output


def main() -> None:
    job = Job(**json.loads(sys.argv[1]))
    how = (Path(job.folder) / "how").read_text()
    told = own_output()
    print("words of the engine", flush=True)
    child = subprocess.Popen(["sleep", "600"])
    threading.Thread(target=end_when_left, args=(Path(job.folder),), daemon=True).start()
    print(
        json.dumps({"child": child.pid, "own": os.getpid(), "secret": os.environ.get("REVIEWER_CLIENT_SECRET")}),
        file=told,
        flush=True,
    )
    if how == "fails":
        print(json.dumps({"failure": "MemoryError: too large"}), file=told, flush=True)
        sys.exit(1)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "stays":
        threading.Event().wait()


if __name__ == "__main__":
    main()
