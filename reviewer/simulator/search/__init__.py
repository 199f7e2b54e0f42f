"""Search: an index that lags behind the contacts, what is looked for in it, and the two calls that ask it."""
