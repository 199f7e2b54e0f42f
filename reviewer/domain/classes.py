"""What a pair of contacts may be: the classes that the model tells apart."""

from enum import StrEnum


class PairClass(StrEnum):
    """Why two contacts look alike. Only the first is a reason to merge them."""

    SAME = "same person"
    HOUSEHOLD = "household"
    """Two persons under one roof: partners, parent and child, twins."""
    DESK = "shared desk or switchboard"
    """Two persons who are reached through one firm's number or mailbox."""
    RECYCLED = "recycled number"
    """Two strangers who had one number or address one after the other."""
    NAMESAKE = "namesake"
    """Two persons of one name: father and son, or a common name."""
    COINCIDENCE = "coincidence"
    """Two strangers who agree by chance in what made them be compared."""
