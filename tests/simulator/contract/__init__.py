"""One file for each point of what a faithful simulator must do (the reference, section 9)."""
