"""What is drawn, as pure functions from frozen views to lines of harmless text."""
