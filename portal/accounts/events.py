"""What happened to people and tokens. All chained: Security must be able to prove them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SignedIn:
    name: ClassVar[str] = "accounts.SignedIn"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SignInFailed:
    username: str
    name: ClassVar[str] = "accounts.SignInFailed"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SignedOut:
    name: ClassVar[str] = "accounts.SignedOut"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TokenCreated:
    token: str
    hint: str
    scopes: tuple[str, ...]
    expires_at: str
    name: ClassVar[str] = "accounts.TokenCreated"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    token: str
    hint: str
    name: ClassVar[str] = "accounts.TokenRevoked"
    chained: ClassVar[bool] = True
