"""Tables that are read from end to end, for other tools."""

from collections.abc import Iterator

from reviewer.store.database import Database


def scored_pairs(database: Database) -> Iterator[tuple[str, str, float, float, str, str, int | None]]:
    """(id_a, id_b, weight, probability, kind, verdict, candidate) of every pair of live contacts, strongest first."""
    query = """
        SELECT ca.id, cb.id, p.weight, p.probability, p.kind, p.verdict,
               (SELECT min(ma.candidate) FROM candidate_member ma
                JOIN candidate_member mb ON mb.candidate = ma.candidate AND mb.contact = p.b
                JOIN candidate k ON k.id = ma.candidate AND k.state <> 'settled'
                WHERE ma.contact = p.a)
        FROM pair p JOIN contact ca ON ca.number = p.a JOIN contact cb ON cb.number = p.b
        WHERE ca.state = 'live' AND cb.state = 'live'
        ORDER BY p.weight DESC, p.a, p.b"""
    return database.connection.execute(query)
