"""The steward's acts without a screen: what a key does, a command does too, and both call this."""
