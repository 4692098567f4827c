"""Snowflake's own connector against fakesnow's HTTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fakesnow
import pytest
import snowflake.connector
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

SCHEMA = """
CREATE TABLE RAW.ORDERS (ID NUMBER(38,0) PRIMARY KEY, MAIL VARCHAR(255) NOT NULL, AMOUNT NUMBER(12,2),
    PLACED_AT TIMESTAMP_TZ, DOC VARIANT)
    COMMENT = 'All orders';
CREATE VIEW RAW.RECENT AS SELECT ID, MAIL FROM RAW.ORDERS;
CREATE SCHEMA MARTS;
CREATE TABLE MARTS."Mixed Case" ("Some Id" INT);
"""


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, Any]]:
    with fakesnow.server() as words:
        with snowflake.connector.connect(**words, database="SHOP", schema="RAW") as connection:
            for statement in SCHEMA.split(";")[:-1]:
                connection.cursor().execute(statement)
        yield words


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey, passphrase: str = "") -> str:
    seal = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, seal).decode()


@pytest.fixture
def options(server: dict[str, Any], key: rsa.RSAPrivateKey) -> dict[str, str]:
    return {
        "account": "acme-eu",
        "user": "GAZETTEER",
        "private_key": pem(key),
        "host": server["host"],
        "port": str(server["port"]),
        "protocol": "http",
        "databases": "SHOP",
        "account_usage": "off",
    }


@pytest.fixture
def answers(corpus: Path) -> dict[str, Any]:
    """What a real account answered, by the name of the question."""
    path = corpus / "snowflake" / "information_schema_and_access_history.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found
