"""The service's own duplicate clusters: scans of the graph of contacts and identifiers, and merges of its clusters."""
