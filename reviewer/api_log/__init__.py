"""The list of calls to the API: every call of every process of one environment, with what came of it."""
