"""Taking in without searching for cycles: what is made of contacts has none, and goes when its last user does."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cyclic garbage inside the block; it holds for the whole process, so keep the block short.

    A group of contacts makes ten thousands of tuples, and the collector would look through them a dozen times
    before they go. Let none of them outlive the block, or they are looked through at its end.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
