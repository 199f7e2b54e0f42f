"""What the program knows without a disk, a network or a screen: contacts, levels, policy, golden record, plans."""
