"""The people of a population, and the means by which records of them come about. One seed, one world."""

import random
import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from reviewer.simulator.population import phone_numbers, places
from reviewer.simulator.population.western_names import GIVEN, SURNAMES
from reviewer.simulator.wire import moment_of

EPOCH = moment_of("2026-11-01T00:00:00Z")
"""Everything in a population happened in the two years before this."""
DAY = 86_400_000
COUNTRIES = ("US", "DE", "GB", "FR")
COUNTRY_WEIGHTS = (45, 65, 85, 100)
DOMAINS = (
    *("example.com", "example.net", "example.org", "mail.example", "post.example", "inbox.example", "web.example"),
    *("freemail.example", "fastmail.example", "online.example", "home.example", "letters.example"),
)
DIGITS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

Phone = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A human being with everything that a record could know of them."""

    id: str
    first: str
    last: str
    female: bool
    born: date
    country: str
    address: dict[str, str]
    cell: Phone
    home: Phone
    email: str
    crm_id: str
    handle: str


class World:
    """Makes people whose numbers, addresses and ids are theirs alone; who shares something is an episode's matter."""

    def __init__(self, seed: int, source_id: str) -> None:
        self.rng = random.Random(seed)
        self.source_id = source_id
        self._persons = 0
        self._phones: set[str] = set()
        self._emails: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def person(self, country: str | None = None, *, female: bool | None = None, last: str | None = None) -> Person:
        """Somebody new."""
        rng = self.rng
        self._persons += 1
        where = country or rng.choices(COUNTRIES, cum_weights=COUNTRY_WEIGHTS)[0]
        woman = rng.random() < 0.5 if female is None else female
        first = rng.choice(GIVEN[where][woman])
        surname = last or self.surname(where)
        born = self.birthday(1940, 2006)
        return Person(
            id=f"person-{self._persons:07d}",
            first=first,
            last=surname,
            female=woman,
            born=born,
            country=where,
            address=self.address(where),
            cell=self.phone(where, mobile=True),
            home=self.phone(where, mobile=False),
            email=self.email(first, surname, born.year),
            crm_id=self.crm_id(),
            handle=self.handle(first, surname),
        )

    def surname(self, country: str) -> str:
        """Common names are more common than rare ones; some are double."""
        rng, names = self.rng, SURNAMES[country]
        found = names[int(len(names) * rng.random() ** 1.4)]
        return f"{found}-{rng.choice(names)}" if rng.random() < 0.03 else found

    def birthday(self, first_year: int, last_year: int) -> date:
        return date(first_year, 1, 1) + timedelta(self.rng.randrange((last_year - first_year + 1) * 365))

    def address(self, country: str) -> dict[str, str]:
        rng = self.rng
        town = rng.choice(places.TOWNS[country])
        street, ending = rng.choice(places.STREETS[country]), rng.choice(places.ENDINGS[country])
        found = {
            "address1": places.written(country, street, ending, 1 + int(180 * rng.random() ** 2)),
            "city": town.name,
            "state": town.state,
            "postalCode": "".join(self.filled(mark) for mark in town.code),
            "countryCode": country,
        }
        return {part: text for part, text in found.items() if text}

    def filled(self, mark: str) -> str:
        if mark == "#":
            return str(self.rng.randrange(1, 10))
        return self.rng.choice("ABDEFGHJLNPQRSTUWXYZ") if mark == "X" else mark

    def phone(self, country: str, *, mobile: bool) -> Phone:
        """A number that nobody else has."""
        rng = self.rng
        grouped = phone_numbers.national(rng, country, mobile=mobile)
        while grouped in self._phones:
            grouped = phone_numbers.national(rng, country, mobile=mobile)
        self._phones.add(grouped)
        return phone_numbers.phone(country, grouped, rng.randrange(4))

    def email(self, first: str, last: str, year: int) -> str:
        """An address that nobody else has."""
        rng = self.rng
        given, surname = slug(first), slug(last)
        local = rng.choice(
            (f"{given}.{surname}", f"{given[:1]}{surname}", f"{surname}.{given}", f"{given}{year % 100:02d}")
        )
        domain = rng.choice(DOMAINS)
        found, suffix = f"{local}@{domain}", year % 100
        while found in self._emails:
            suffix += 1
            found = f"{local}{suffix}@{domain}"
        self._emails.add(found)
        return found

    def handle(self, first: str, last: str) -> str:
        return f"{slug(first)[:1]}{slug(last)}{self.rng.randrange(1000)}"

    def crm_id(self) -> str:
        """In the manner of a CRM's record ids; no two alike."""
        number, text = self._persons * 104_729 + self.rng.randrange(104_729), ""
        for _ in range(10):
            number, digit = divmod(number, len(DIGITS))
            text = DIGITS[digit] + text
        return f"0031t00{text}"

    def id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def moment(self, oldest_days: float = 730.0, newest_days: float = 1.0) -> int:
        """A time of day between so many days before the epoch."""
        return EPOCH - round(self.rng.uniform(newest_days, oldest_days) * DAY)

    def strangers(self, count: int, country: str | None = None) -> list[Person]:
        """New people of one country, no two of one surname or given name: what they share cannot be their name."""
        found = [self.person(country)]
        while len(found) < count:
            other = self.person(found[0].country)
            if not any(alike(other.first, one.first) or alike(other.last, one.last) for one in found):
                found.append(other)
        return found

    def relative(self, person: Person, *, female: bool | None = None) -> Person:
        """Somebody new in the same home: same surname, address and landline, and a given name of their own."""
        other = self.person(person.country, female=female, last=person.last)
        while alike(other.first, person.first):
            other = self.person(person.country, female=female, last=person.last)
        return replace(other, address=person.address, home=person.home)


def alike(one: str, other: str) -> bool:
    """Names that begin alike may be one name misspelt; then nothing in the records tells two persons apart."""
    return slug(one)[:3] == slug(other)[:3]


@lru_cache(maxsize=20_000)
def slug(name: str) -> str:
    """The name in plain letters, as in an email address; letters without a Latin base are left out."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(UMLAUTS))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum()) or "user"
