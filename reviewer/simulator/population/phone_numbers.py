"""Valid phone numbers in the form in which the service shows them, made without parsing."""

import random
from typing import Any

from reviewer.simulator.population.words import words

CALLING_CODES = {"US": "1", "GB": "44", "DE": "49", "FR": "33"}
US_AREAS = words("212 213 305 312 404 415 503 512 602 617 702 713 718 720 773 801 813 818 858 916 919 972")
GB_MOBILE = words("7400 7411 7455 7510 7588 7712 7789 7812 7890 7931")
DE_MOBILE = words("1511 1512 1514 1515 1520 1522 1525 1573 1577 1578 1590")
GB_LANDLINE = ("20 7", "20 8", "161 2", "161 4", "121 2", "121 4", "113 2")
DE_LANDLINE = words("30 40 69 89 221 211")


def digits(rng: random.Random, count: int) -> str:
    return str(rng.randrange(10**count)).zfill(count)


def us_line(rng: random.Random) -> str:
    """An exchange that is neither a service code (N11) nor the fictitious 555, and four digits."""
    exchange = rng.randrange(200, 1000)
    while exchange == 555 or exchange % 100 == 11:
        exchange = rng.randrange(200, 1000)
    return f"{exchange}-{digits(rng, 4)}"


def national(rng: random.Random, country: str, *, mobile: bool) -> str:
    """Significant digits, grouped as the international format has them."""
    if country == "US":
        return f"{rng.choice(US_AREAS)}-{us_line(rng)}"
    if country == "GB":
        if mobile:
            return f"{rng.choice(GB_MOBILE)} {digits(rng, 6)}"
        area, first = rng.choice(GB_LANDLINE).split()
        return f"{area} {first}{digits(rng, 3 if area == '20' else 2)} {digits(rng, 4)}"
    if country == "DE":
        if mobile:
            return f"{rng.choice(DE_MOBILE)} {digits(rng, 7)}"
        return f"{rng.choice(DE_LANDLINE)} {rng.randrange(2, 10)}{digits(rng, 7)}"
    pairs = digits(rng, 6)
    first = f"6 {rng.randrange(10, 39)}" if mobile else f"{rng.randrange(1, 6)} {rng.randrange(41, 50)}"
    return f"{first} {pairs[:2]} {pairs[2:4]} {pairs[4:]}"


def phone(country: str, grouped: str, style: int) -> dict[str, Any]:
    """The phone as the service stores it; ``style`` chooses how it was written: with its country, or as at home."""
    bare = grouped.replace(" ", "").replace("-", "")
    calling = CALLING_CODES[country]
    international = f"+{calling} {grouped}"
    stored = {"display": international, "e164": f"+{calling}{bare}", "countryCode": country}
    if style == 0:
        return {"userInput": international, **stored}
    if style == 1:
        return {"userInput": f"+{calling}{bare}", **stored}
    at_home = f"({grouped[:3]}) {grouped[4:]}" if country == "US" else f"0{grouped}"
    if country == "US":
        return {"userInput": at_home, **stored}
    return {"userInput": at_home, "normalizationCountryCode": country, **stored}
