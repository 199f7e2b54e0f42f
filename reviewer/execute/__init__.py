"""The executor: the only process that writes to the API, and it sends nothing that nobody approved."""
