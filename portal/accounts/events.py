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


@dataclass(frozen=True, slots=True)
class PersonCreated:
    username: str
    role: str
    name: ClassVar[str] = "accounts.PersonCreated"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PersonLinked:
    """An account at the sign-in service belongs to the person from now on."""

    username: str
    account: str
    name: ClassVar[str] = "accounts.PersonLinked"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PersonChanged:
    username: str
    fields: tuple[str, ...]
    name: ClassVar[str] = "accounts.PersonChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PersonActivated:
    username: str
    name: ClassVar[str] = "accounts.PersonActivated"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    username: str
    sessions_ended: int
    tokens_revoked: int
    name: ClassVar[str] = "accounts.PersonDeactivated"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class RoleChanged:
    username: str
    before: str
    after: str
    name: ClassVar[str] = "accounts.RoleChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PasswordLinkMade:
    username: str
    name: ClassVar[str] = "accounts.PasswordLinkMade"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PasswordSet:
    username: str
    name: ClassVar[str] = "accounts.PasswordSet"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    username: str
    count: int
    name: ClassVar[str] = "accounts.SessionsEnded"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TeamCreated:
    team: str
    name: ClassVar[str] = "accounts.TeamCreated"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TeamChanged:
    team: str
    fields: tuple[str, ...]
    name: ClassVar[str] = "accounts.TeamChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TeamMemberAdded:
    team: str
    member: str
    name: ClassVar[str] = "accounts.TeamMemberAdded"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TeamMemberRemoved:
    team: str
    member: str
    name: ClassVar[str] = "accounts.TeamMemberRemoved"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class OfficeGiven:
    office: str
    holder: str
    name: ClassVar[str] = "accounts.OfficeGiven"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class OfficeTaken:
    office: str
    holder: str
    name: ClassVar[str] = "accounts.OfficeTaken"
    chained: ClassVar[bool] = True
