"""The embedded organisation, held against what is known of the service."""
