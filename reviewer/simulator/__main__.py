"""``python -m reviewer.simulator``: serve an organisation; the same as ``reviewer simulator serve``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from msgspec import UNSET

from reviewer.simulator.opening import Opening, OrganizationUnavailable, serve_opened
from reviewer.simulator.tokens import CLIENT_ID, CLIENT_SECRET


def rate(text: str) -> int | None:
    """A number of requests a minute, or none."""
    return None if text == "none" else int(text)


def opening_of(arguments: list[str]) -> tuple[Opening, dict[str, Any]]:
    """What the command line asks to be opened, and how it is to be served."""
    parser = argparse.ArgumentParser(prog="python -m reviewer.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--login-port", type=int)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--population", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contacts", type=Path)
    parser.add_argument("--rate-limit", type=rate, default=UNSET)
    parser.add_argument("--client-id", default=CLIENT_ID)
    parser.add_argument("--client-secret", default=CLIENT_SECRET)
    parser.add_argument("--external-source", default="CRM")
    parser.add_argument("--exit-with-parent", action="store_true")
    given = vars(parser.parse_args(arguments))
    how = {name: given.pop(name) for name in ("port", "login_port", "exit_with_parent")}
    return Opening(**given), how


def main() -> int:
    """Serve; the exit status is 1 where the organisation cannot be opened."""
    opening, how = opening_of(sys.argv[1:])
    try:
        serve_opened(opening, **how)
    except OrganizationUnavailable as reason:
        print(f"reviewer.simulator: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
