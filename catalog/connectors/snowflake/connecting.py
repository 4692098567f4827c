"""From options to a session of Snowflake's own connector, signed in by key pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import snowflake.connector
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from snowflake.connector.errors import Error

from catalog.capabilities import BadInput
from catalog.connectors.snowflake.asking import Session, told

PLATFORM = "snowflake"
DOMAINS = (".snowflakecomputing.com", ".snowflakecomputing.cn")  # private links end so too
LOOPBACK = frozenset(
    {"127.0.0.1", "::1", "localhost"}
)  # a fake server in tests; the portal decides whether it may be reached
OWN = frozenset(
    {"SNOWFLAKE", "SNOWFLAKE_SAMPLE_DATA", "USER$"}
)  # databases that Snowflake brings; read where they are named
LOGIN_SECONDS = 20
STATEMENT_SECONDS = 900
MAX_DAYS = 365  # what Snowflake keeps
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,200}")
_TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options that were understood."""

    account: str
    user: str
    host: str
    port: int
    protocol: str
    role: str
    warehouse: str
    private_key: bytes = field(repr=False)  # DER
    databases: tuple[str, ...]
    account_usage: bool
    days: int
    named: str

    @property
    def namespace(self) -> str:
        return self.named or f"snowflake://{self.account.lower()}"

    def wants(self, database: str) -> bool:
        name = database.upper()
        if any(pattern.upper() == name for pattern in self.databases):
            return True
        return name not in OWN and any(fnmatchcase(name, pattern.upper()) for pattern in self.databases)


def namespace_of(options: Mapping[str, str]) -> str:
    return options.get("instance", "").strip() or f"snowflake://{account_of(options).lower()}"


def account_of(options: Mapping[str, str]) -> str:
    account = options.get("account", "").strip().removesuffix(DOMAINS[0])
    if not _ACCOUNT.fullmatch(account):
        raise BadInput("", "option account", "is no account identifier; it looks like organization-account")
    return account


def host_of(options: Mapping[str, str]) -> str:
    """
    Raises:
        BadInput: the host is not Snowflake's, so a key would be shown to somebody else.
    """
    host = options.get("host", "").strip().lower() or f"{account_of(options).lower()}{DOMAINS[0]}"
    if host not in LOOPBACK and not (_ACCOUNT.fullmatch(host) and host.endswith(DOMAINS)):
        raise BadInput("", "option host", f"does not end in {' or '.join(DOMAINS)}")
    return host


def settings_of(options: Mapping[str, str]) -> Settings:
    host = host_of(options)
    protocol = options.get("protocol", "").strip().lower() or "https"
    if protocol != "https" and not (protocol == "http" and host in LOOPBACK):
        raise BadInput("", "option protocol", "is https")
    if not options.get("user", "").strip():
        raise BadInput("", "option user", "is missing")
    return Settings(
        account=account_of(options),
        user=options["user"].strip(),
        host=host,
        port=_number(options, "port", 443, 65_535),
        protocol=protocol,
        role=options.get("role", "").strip(),
        warehouse=options.get("warehouse", "").strip(),
        private_key=_key(options.get("private_key", ""), options.get("private_key_passphrase", "")),
        databases=tuple(part.strip() for part in options.get("databases", "").split(",") if part.strip()) or ("*",),
        account_usage=(options.get("account_usage", "").strip().lower() or "on") in _TRUE,
        days=_number(options, "usage_days", 30, MAX_DAYS),
        named=options.get("instance", "").strip(),
    )


def _number(options: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = options.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > most:
        raise BadInput("", f"option {name}", f"is a number up to {most}")
    return int(text)


def _key(pem: str, passphrase: str) -> bytes:
    """The words of a library that cannot read a key may hold parts of it, so they are left out."""
    if not pem.strip():
        raise BadInput("", "option private_key", "is missing: the PEM text of the user's RSA key")
    try:
        key = load_pem_private_key(pem.strip().encode(), passphrase.encode() or None)
    except TypeError:
        raise BadInput("", "option private_key_passphrase", "is missing, or the key has none") from None
    except (ValueError, UnsupportedAlgorithm, UnicodeError):
        raise BadInput("", "option private_key", "cannot be read as a PEM key with this passphrase") from None
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def connected(settings: Settings) -> Iterator[Session]:
    """
    Raises:
        BadInput: Snowflake cannot be reached, does not let us in or stops answering.
    """
    given = {"role": settings.role, "warehouse": settings.warehouse}
    try:
        connection = snowflake.connector.connect(
            account=settings.account,
            user=settings.user,
            host=settings.host,
            port=settings.port,
            protocol=settings.protocol,
            authenticator="SNOWFLAKE_JWT",
            private_key=settings.private_key,
            login_timeout=LOGIN_SECONDS,
            network_timeout=STATEMENT_SECONDS,
            application="Gazetteer",
            session_parameters={"QUERY_TAG": "gazetteer", "STATEMENT_TIMEOUT_IN_SECONDS": STATEMENT_SECONDS},
            **{name: value for name, value in given.items() if value},
        )
    except Error as error:
        raise BadInput("", settings.namespace, f"cannot be reached: {told(error)}") from None
    try:
        yield Session(connection)
    except Error as error:
        raise BadInput("", settings.namespace, f"did not answer: {told(error)}") from None
    finally:
        connection.close()
