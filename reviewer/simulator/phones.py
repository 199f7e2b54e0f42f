"""Phone numbers as the service writes them."""

from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

READ_ONLY = ("userInput", "e164", "countryCode")


def parsed(text: str, region: str) -> PhoneNumber | None:
    """The number in ``text``, or None; a number counts if its length is possible where it belongs."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def normalized(phone: dict[str, Any], default_region: str) -> dict[str, Any]:
    """What the service stores of a written phone number.

    ``userInput`` keeps the words as written; ``display`` becomes the international format, and ``e164`` and
    ``countryCode`` appear, only where the number can be parsed. Read-only parts of the input are ignored.
    """
    kept = {key: value for key, value in phone.items() if key not in READ_ONLY and value is not None}
    written = str(kept.get("display", "")).strip()
    kept["display"] = kept["userInput"] = written
    number = parsed(written, str(kept.get("normalizationCountryCode") or default_region).upper())
    if number is None:
        return kept
    if number.extension:
        kept.setdefault("extension", int(number.extension))
        number.extension = None
    kept["display"] = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    kept["e164"] = e164(number)
    kept["countryCode"] = country_of(number)
    return kept


def country_of(number: PhoneNumber) -> str:
    """ISO-3166 code of the number's country; the calling code's main country where the number names none."""
    country: str | None = phonenumbers.region_code_for_number(number)
    return country or str(phonenumbers.region_code_for_country_code(number.country_code or 0))
