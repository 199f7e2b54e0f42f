"""``python -m reviewer``: the same as ``reviewer``."""

from reviewer.cli.main import main

main()
