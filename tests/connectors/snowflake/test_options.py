"""What options may say, and where a connection may go."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from catalog.capabilities import BadInput
from catalog.connectors.snowflake.connecting import settings_of
from catalog.connectors.snowflake.reader import SnowflakeReader
from tests.connectors.snowflake.conftest import pem

READER = SnowflakeReader()


@pytest.fixture
def given(key: rsa.RSAPrivateKey) -> dict[str, str]:
    return {"account": "acme-eu", "user": "GAZETTEER", "private_key": pem(key)}


@pytest.mark.parametrize(
    ("account", "namespace"),
    [
        ("ACME-EU", "snowflake://acme-eu"),
        ("acme-eu.snowflakecomputing.com", "snowflake://acme-eu"),
        ("xy12345.eu-central-1.aws", "snowflake://xy12345.eu-central-1.aws"),
    ],
)
def test_the_instance_is_openlineages_name_of_the_account(account: str, namespace: str) -> None:
    assert READER.instance({"account": account}) == namespace
    assert READER.instance({"account": account, "instance": "snowflake://other"}) == "snowflake://other"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("account", ""),
        ("account", "evil.example/x#"),
        ("account", "a@evil.example"),
        ("host", "evil.example"),
        ("host", "snowflakecomputing.com.evil.example"),
        ("host", "evil.example/.snowflakecomputing.com"),
        ("host", "10.0.0.1"),
        ("host", "169.254.169.254"),
        ("protocol", "http"),
        ("port", "99999"),
        ("port", "x"),
        ("usage_days", "400"),
        ("user", " "),
        ("private_key", ""),
        ("private_key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"),
        ("private_key_passphrase", "not needed"),
    ],
)
def test_an_option_that_cannot_be_meant_is_told(given: dict[str, str], option: str, value: str) -> None:
    with pytest.raises(BadInput) as error:
        settings_of(given | {option: value})
    assert error.value.place.startswith(f"option {option}")
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("host", ["acme-eu.privatelink.snowflakecomputing.com", "acme.snowflakecomputing.cn"])
def test_private_links_are_snowflakes_own_names(given: dict[str, str], host: str) -> None:
    assert READER.hosts(given | {"host": host, "instance": "snowflake://10.0.0.1"}) == [host]


def test_a_key_with_a_passphrase_is_opened(given: dict[str, str], key: rsa.RSAPrivateKey) -> None:
    sealed = given | {"private_key": pem(key, "open sesame")}
    with pytest.raises(BadInput, match="passphrase"):
        settings_of(sealed)
    assert settings_of(sealed | {"private_key_passphrase": "open sesame"}).private_key == settings_of(given).private_key


def test_the_key_stands_in_no_description_of_the_settings(given: dict[str, str]) -> None:
    assert "private_key" not in repr(settings_of(given))


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        ("", {"SHOP", "SALES_EU"}),
        ("sales*", {"SALES_EU"}),
        ("SNOWFLAKE_SAMPLE_DATA, shop", {"SHOP", "SNOWFLAKE_SAMPLE_DATA"}),
    ],
)
def test_databases_that_snowflake_brings_are_read_only_by_name(
    given: dict[str, str], patterns: str, wanted: set[str]
) -> None:
    settings = settings_of(given | {"databases": patterns})
    assert {
        name for name in ("SHOP", "SALES_EU", "SNOWFLAKE", "SNOWFLAKE_SAMPLE_DATA") if settings.wants(name)
    } == wanted
