"""Streets and towns, and how an address is written in each country."""

from typing import NamedTuple

from reviewer.simulator.population.words import words


class Town(NamedTuple):
    """A town with its state or region (may be empty) and the beginning of its postal codes."""

    name: str
    state: str
    code: str


def towns(text: str) -> tuple[Town, ...]:
    """Towns written as ``name|state|code``, separated by commas."""
    return tuple(Town(*(part.strip() for part in one.split("|"))) for one in text.split(","))


TOWNS = {
    "US": towns(
        """Las Vegas|NV|891##, Henderson|NV|890##, Portland|OR|972##, Austin|TX|787##, Dallas|TX|752##,
        Denver|CO|802##, Chicago|IL|606##, Columbus|OH|432##, Boston|MA|021##,
        Seattle|WA|981##, Phoenix|AZ|850##, Atlanta|GA|303##,
        Tampa|FL|336##, Raleigh|NC|276##, Sacramento|CA|958##, Salt Lake City|UT|841##, Omaha|NE|681##,
        Albany|NY|122##"""
    ),
    "GB": towns(
        """London||N# #XX, London||SE## #XX, Manchester||M## #XX, Leeds||LS# #XX, Bristol||BS# #XX, Glasgow||G## #XX,
        Edinburgh||EH# #XX, Cardiff||CF## #XX, Birmingham||B## #XX, Sheffield||S## #XX,
        York||YO# #XX, Norwich||NR# #XX"""
    ),
    "DE": towns(
        """Berlin||10###, Hamburg||20###, München||80###, Köln||50###, Frankfurt am Main||60###, Stuttgart||70###,
        Leipzig||04###, Dresden||01###, Bremen||28###, Hannover||30###, Nürnberg||90###, Freiburg||79###, Kiel||24###"""
    ),
    "FR": towns(
        """Paris||750##, Lyon||690##, Marseille||130##, Toulouse||310##, Nice||060##, Nantes||440##, Strasbourg||670##,
        Bordeaux||330##, Lille||590##, Rennes||350##, Grenoble||380##, Montpellier||340##"""
    ),
}

STREETS = {
    "US": words(
        """Main Oak Maple Cedar Elm Washington Lake Hill Walnut Park Spring Ridge Church Willow Meadow Sunset
        Lincoln Jackson Highland Forest Jefferson Franklin River Cherry Dogwood Hickory Laurel Chestnut Adela
        Poppy Juniper Magnolia Sycamore Birch Aspen Canyon Desert Mesa Prairie Valley Orchard Harbor Beacon
        Liberty Union Madison Monroe Grant Lexington"""
    ),
    "GB": words(
        """High Station Church Victoria Park London Green Mill Manor Kings Queens York Albert Windsor Grange
        Springfield Richmond Alexandra George Chester Warwick Stanley Clarence Cromwell Nelson Wellington Oxford
        Cambridge Lime Beech Holly Rectory Vicarage Orchard School Bridge Water Castle Abbey Priory Meadow
        Marlborough Kingsway Broadway"""
    ),
    "DE": words(
        """Haupt Schul Garten Bahnhof Dorf Berg Birken Linden Kirch Wald Ring Amsel Wiesen Buchen Eichen Rosen
        Mozart Goethe Schiller Jahn Beethoven Kant Lessing Mühlen Brunnen Feld Tannen Ahorn Finken Drossel
        Meisen Lerchen Sonnen Industrie Hafen Markt Post Park Kloster Schloss Burg See Ufer Brücken Heine Uhland
        Bismarck Friedrich Wilhelm Luisen"""
    ),
    "FR": words(
        """de~la~République Victor~Hugo Jean~Jaurès du~Général~de~Gaulle de~la~Gare des~Écoles du~Moulin Pasteur
        de~l'Église Jules~Ferry de~la~Paix des~Lilas Émile~Zola Gambetta de~la~Liberté Voltaire du~Château
        de~la~Fontaine des~Acacias du~Stade de~Verdun Marcel~Pagnol Georges~Clemenceau Saint-Michel des~Roses
        du~Maréchal~Foch de~Bretagne d'Alsace Lamartine Molière Racine Anatole~France Aristide~Briand
        des~Peupliers du~Marché Nationale Principale"""
    ),
}

ENDINGS = {
    "US": ("St", "Ave", "Dr", "Ln", "Ct", "Blvd", "Rd"),
    "GB": ("Road", "Street", "Lane", "Close", "Avenue", "Gardens"),
    "DE": ("straße", "weg", "allee", "platz"),
    "FR": ("rue", "avenue", "boulevard", "impasse"),
}


def written(country: str, street: str, ending: str, number: int) -> str:
    """The street and number as the country writes them."""
    if country == "DE":
        return f"{street}{ending} {number}"
    if country == "FR":
        return f"{number} {ending} {street}"
    return f"{number} {street} {ending}"
