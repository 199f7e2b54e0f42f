"""What an evaluation reads: every pair as it was judged, and the queue with its members."""

from collections.abc import Iterator

from reviewer.store.database import Database


def judged_pairs(database: Database) -> Iterator[tuple[int, int, float, str, bytes | None]]:
    """(a, b, weight, verdict, levels) of every pair of live contacts, by number; no levels where it was not scored."""
    query = """
        SELECT p.a, p.b, p.weight, p.verdict, p.levels
        FROM pair p JOIN contact ca ON ca.number = p.a JOIN contact cb ON cb.number = p.b
        WHERE ca.state = 'live' AND cb.state = 'live' ORDER BY p.a, p.b"""
    return database.connection.execute(query)


def queued_members(database: Database) -> Iterator[tuple[int, int]]:
    """(candidate, contact) of all duplicates and stitches in the order of the queue, whatever state they are in."""
    query = """
        SELECT k.id, m.contact FROM candidate k JOIN candidate_member m ON m.candidate = k.id
        WHERE k.kind <> 'shared' AND k.state <> 'settled' ORDER BY k.rank, k.id, m.contact"""
    return database.connection.execute(query)
