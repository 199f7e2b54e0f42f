"""The checklist of what a faithful embedded organisation does: a file for each of its points (reference, section 9)."""
