"""Another engine for what is too large for one process: it proposes the pairs, which are judged here all the same."""
