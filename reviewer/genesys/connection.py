"""Where the API is and how to get in: plain values, checked once."""

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from reviewer.domain.errors import SettingsError
from reviewer.genesys.regions import find_region


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One environment's API. Neither the secret nor the proxy's password is ever in its ``repr``.

    Either ``region`` (a name or a domain) or ``api_url`` must be given; explicit addresses win over the region.
    Without ``login_url`` the login host follows from the API host. ``timeout`` is in seconds, for connecting and
    for waiting on an answer each. ``ca_file`` adds a private authority to the public ones; it replaces none.

    Raises ``SettingsError`` naming the setting that is missing or wrong.
    """

    client_id: str
    client_secret: str = field(repr=False)
    region: str = ""
    api_url: str = ""
    login_url: str = ""
    proxy: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 30.0
    address_setting: str = field(init=False, repr=False, default="region")
    """The setting that says where the API is: ``region`` or ``api_url``; for sentences."""

    def __post_init__(self) -> None:
        if not self.client_id.strip():
            raise SettingsError("The setting `client_id` is empty; give the id of the OAuth client.")
        if not self.client_secret.strip():
            raise SettingsError("The setting `client_secret` is empty; give the secret of the OAuth client.")
        if not 0 < self.timeout <= 600:
            raise SettingsError("The setting `timeout` must be more than 0 and at most 600 seconds.")
        object.__setattr__(self, "address_setting", "api_url" if self.api_url else "region")
        object.__setattr__(self, "api_url", self._api_origin())
        object.__setattr__(self, "login_url", self._login_origin())
        if self.proxy:
            _check_proxy(self.proxy)

    def _api_origin(self) -> str:
        if self.api_url:
            return _origin("api_url", self.api_url)
        if not self.region:
            raise SettingsError("The setting `region` is missing; give its name or domain, like mypurecloud.de.")
        return find_region(self.region).api_url

    def _login_origin(self) -> str:
        if self.login_url:
            return _origin("login_url", self.login_url)
        return self.api_url.replace("://api.", "://login.", 1)

    @property
    def api_host(self) -> str:
        """The API's host, with its port where one is named, for sentences."""
        return urlsplit(self.api_url).netloc

    @property
    def login_host(self) -> str:
        """The login host, with its port where one is named, for sentences."""
        return urlsplit(self.login_url).netloc

    @property
    def proxy_host(self) -> str:
        """The proxy's host and port without its password; empty without a proxy."""
        if not self.proxy:
            return ""
        parts = urlsplit(self.proxy)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def is_loopback(self) -> bool:
        """Whether the API is on this machine (an embedded organisation); no proxy is used then."""
        return _is_loopback(urlsplit(self.api_url))

    def ssl_context(self) -> ssl.SSLContext:
        """A context that always verifies, trusting the public authorities and the private one if set.

        Raises ``SettingsError`` if ``ca_file`` cannot be read as PEM certificates.
        """
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
        if self.ca_file is not None:
            try:
                context.load_verify_locations(cafile=self.ca_file)
            except (OSError, ssl.SSLError) as error:
                reason = error.strerror if error.strerror else "it holds no PEM certificate"
                raise SettingsError(
                    f"The setting `ca_file` names {self.ca_file}, which cannot be used: {reason}."
                ) from error
        return context


def _origin(setting: str, url: str) -> str:
    """The address as scheme://host[:port]; plain http is allowed on this machine only."""
    parts = _split(setting, url)
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise SettingsError(f"The setting `{setting}` must be only scheme, host and port, like https://api.host.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts)):
        raise SettingsError(
            f"The setting `{setting}` must start with https:// (http:// is allowed on this machine only)."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _check_proxy(url: str) -> None:
    if _split("https_proxy", url).scheme not in ("http", "https"):
        raise SettingsError(
            "The setting `https_proxy` must start with http:// or https://, like http://proxy.host:3128."
        )


def _split(setting: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"The setting `{setting}` is not an address with a scheme and a host.")
    return parts


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
