import ast
import ssl
from pathlib import Path

import pytest

import reviewer
from reviewer.domain.errors import SettingsError
from reviewer.genesys.line import open_http
from reviewer.genesys.regions import REGIONS, find_region
from reviewer.settings import keys
from tests.genesys.service import SECRET, connection

DOMAINS = {
    "us_east_1": "mypurecloud.com",
    "us_west_2": "usw2.pure.cloud",
    "us_east_2": "use2.us-gov-pure.cloud",
    "ca_central_1": "cac1.pure.cloud",
    "sa_east_1": "sae1.pure.cloud",
    "mx_central_1": "mxc1.pure.cloud",
    "eu_west_1": "mypurecloud.ie",
    "eu_west_2": "euw2.pure.cloud",
    "eu_central_1": "mypurecloud.de",
    "eu_central_2": "euc2.pure.cloud",
    "eusc_de_east_1": "edee1.eusc-pure.cloud",
    "me_central_1": "mec1.pure.cloud",
    "ap_northeast_1": "mypurecloud.jp",
    "ap_northeast_2": "apne2.pure.cloud",
    "ap_northeast_3": "apne3.pure.cloud",
    "ap_southeast_1": "apse1.pure.cloud",
    "ap_southeast_2": "mypurecloud.com.au",
    "ap_south_1": "aps1.pure.cloud",
}


@pytest.mark.parametrize(("name", "domain"), DOMAINS.items())
def test_every_region_is_found_by_its_name_and_by_its_domain(name: str, domain: str) -> None:
    for given in (name, domain, name.replace("_", "-"), f"https://api.{domain}", f"apps.{domain}"):
        made = connection(region=given)
        assert (made.api_url, made.login_url) == (f"https://api.{domain}", f"https://login.{domain}")


def test_no_region_is_missing_or_too_many() -> None:
    assert {region.name: region.domain for region in REGIONS} == DOMAINS


@pytest.mark.parametrize(
    "spelling", ["EU-Central-1", " mypurecloud.de ", "https://api.mypurecloud.de/", "login.mypurecloud.de"]
)
def test_a_region_is_found_in_the_spellings_people_paste(spelling: str) -> None:
    assert find_region(spelling).name == "eu_central_1"


def test_an_unknown_region_names_the_setting_and_the_nearest_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        find_region("eu_centrl_1")
    assert "`region`" in str(caught.value)
    assert "eu_central_1 (mypurecloud.de)" in str(caught.value)


def test_a_region_of_no_likeness_still_gets_examples() -> None:
    with pytest.raises(SettingsError, match=r"us_east_1 \(mypurecloud\.com\)"):
        find_region("§")


def test_a_connection_by_region_has_both_hosts() -> None:
    made = connection(region="mypurecloud.ie")
    assert (made.api_url, made.login_url) == ("https://api.mypurecloud.ie", "https://login.mypurecloud.ie")


def test_an_explicit_address_on_this_machine_may_be_plain_http_and_serves_tokens_too() -> None:
    made = connection(region="", api_url="http://127.0.0.1:8123/")
    assert made.api_url == made.login_url == "http://127.0.0.1:8123"
    assert made.is_loopback


def test_an_explicit_api_host_implies_its_login_host() -> None:
    assert connection(region="", api_url="https://api.example.org").login_url == "https://login.example.org"


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"region": "", "api_url": "http://api.example.org"}, "api_url"),
        ({"region": "", "api_url": "http://127.0.0.1.example.org"}, "api_url"),
        ({"region": "", "api_url": "ftp://127.0.0.1"}, "api_url"),
        ({"region": "", "api_url": "https://user:pass@api.example.org"}, "api_url"),
        ({"region": "", "api_url": "https://api.example.org/some/path"}, "api_url"),
        ({"region": "", "api_url": "https://api.example.org:none"}, "api_url"),
        ({"login_url": "http://login.example.org"}, "login_url"),
        ({"region": ""}, "region"),
        ({"client_id": " "}, "client_id"),
        ({"client_secret": ""}, "client_secret"),
        ({"proxy": "socks5://proxy:1080"}, "https_proxy"),
        ({"proxy": "proxy:3128"}, "https_proxy"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, object], setting: str) -> None:
    with pytest.raises(SettingsError, match=f"`{setting}`"):
        connection(**changes)


def test_neither_the_secret_nor_the_proxy_password_is_shown() -> None:
    made = connection(proxy="http://user:hidden@proxy.example:3128")
    assert SECRET not in repr(made) and SECRET not in str(made)
    assert "hidden" not in repr(made)
    assert made.proxy_host == "proxy.example:3128"


def test_a_wrong_setting_with_a_password_does_not_repeat_it() -> None:
    with pytest.raises(SettingsError) as caught:
        connection(region="", api_url="http://user:hidden@api.example.org")
    assert "hidden" not in str(caught.value)


def test_tls_is_always_verified() -> None:
    context = connection().ssl_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_no_setting_and_no_code_can_switch_verification_off() -> None:
    source = Path(reviewer.__file__).parent
    for file in source.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("verify", "check_hostname"):
                assert not isinstance(node.value, ast.Constant), f"{file} fixes {node.arg}"
            if isinstance(node, ast.Attribute | ast.Name):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                assert name not in ("CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context"), file
                assert not (name in ("check_hostname", "verify_mode") and isinstance(node.ctx, ast.Store)), file
    named = [*keys.ENVIRONMENT_KEYS, *keys.REVIEW_KEYS, *keys.EXECUTE_KEYS, *keys.LOG_KEYS]
    assert not [key for key in named if any(word in key for word in ("verify", "insecure", "tls", "ssl"))]


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_private_authority_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"`ca_file`.*ca\.pem"):
        connection(ca_file=file).ssl_context()


async def test_the_environment_gives_no_proxy_and_redirects_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://somewhere.example:1")
    async with open_http(connection()) as http:
        assert not http.follow_redirects
        assert not http.trust_env
        assert not any(http._mounts.values())


async def test_a_proxy_carries_all_but_this_machine() -> None:
    async with open_http(connection(proxy="https://proxy.example:3128")) as http:
        assert any(http._mounts.values())
    async with open_http(connection(region="", api_url="http://localhost:1", proxy="http://proxy.example")) as http:
        assert not any(http._mounts.values())
