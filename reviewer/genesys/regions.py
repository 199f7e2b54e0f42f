"""The service's regions: each has an API host and a login host."""

from difflib import get_close_matches
from typing import NamedTuple

from reviewer.domain.errors import SettingsError


class Region(NamedTuple):
    """A region by its name (``eu_central_1``) and its domain (``mypurecloud.de``)."""

    name: str
    domain: str

    @property
    def api_url(self) -> str:
        """Where API calls go, without a trailing slash."""
        return f"https://api.{self.domain}"

    @property
    def login_url(self) -> str:
        """Where tokens are minted, without a trailing slash."""
        return f"https://login.{self.domain}"


REGIONS = (
    Region("us_east_1", "mypurecloud.com"),
    Region("us_east_2", "use2.us-gov-pure.cloud"),
    Region("us_west_2", "usw2.pure.cloud"),
    Region("ca_central_1", "cac1.pure.cloud"),
    Region("sa_east_1", "sae1.pure.cloud"),
    Region("mx_central_1", "mxc1.pure.cloud"),
    Region("eu_west_1", "mypurecloud.ie"),
    Region("eu_west_2", "euw2.pure.cloud"),
    Region("eu_central_1", "mypurecloud.de"),
    Region("eu_central_2", "euc2.pure.cloud"),
    Region("eusc_de_east_1", "edee1.eusc-pure.cloud"),
    Region("me_central_1", "mec1.pure.cloud"),
    Region("ap_northeast_1", "mypurecloud.jp"),
    Region("ap_northeast_2", "apne2.pure.cloud"),
    Region("ap_northeast_3", "apne3.pure.cloud"),
    Region("ap_southeast_1", "apse1.pure.cloud"),
    Region("ap_southeast_2", "mypurecloud.com.au"),
    Region("ap_south_1", "aps1.pure.cloud"),
)

_BY_KEY = {key: region for region in REGIONS for key in (region.name, region.domain)}
_HOST_PREFIXES = ("https://", "api.", "login.", "apps.")


def find_region(name_or_domain: str) -> Region:
    """The region of that name or domain; capitals, ``us-east-1`` and a pasted API address are understood.

    Raises ``SettingsError`` naming the nearest known regions.
    """
    wanted = name_or_domain.strip().casefold().rstrip("/")
    for prefix in _HOST_PREFIXES:
        wanted = wanted.removeprefix(prefix)
    region = _BY_KEY.get(wanted) or _BY_KEY.get(wanted.replace("-", "_"))
    if region is None:
        raise SettingsError(_unknown(name_or_domain, wanted))
    return region


def _unknown(given: str, wanted: str) -> str:
    keys = list(dict.fromkeys((*get_close_matches(wanted, _BY_KEY, n=3, cutoff=0.6), "us_east_1", "eu_central_1")))
    nearest = " or ".join(f"{_BY_KEY[key].name} ({_BY_KEY[key].domain})" for key in keys[:3])
    return f"The setting `region` is {given!r}, which is no region of the service; did you mean {nearest}?"
