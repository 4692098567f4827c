"""How the API knows who asks: a bearer token, or the browser's session with its CSRF token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request

from portal.accounts import services
from portal.accounts.models import ApiToken, User
from portal.accounts.states import Scope

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module by way of its settings


class BearerToken(authentication.BaseAuthentication):
    """``Authorization: Bearer dcp_…``. A request that brings one is judged by it alone; cookies are not looked at."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = services.use_token(secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed("The token is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionWithCsrf(authentication.SessionAuthentication):
    """DRF's session, which enforces CSRF."""


class SignedInWithScope(permissions.BasePermission):
    """A token needs the view's scope: ``read`` to read, ``view.write_scope`` otherwise. Sessions have all scopes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        reads = request.method in permissions.SAFE_METHODS
        scope: Any = Scope.READ if reads else getattr(view, "write_scope", None)
        self.message = f"The token lacks the scope “{scope}”." if scope else "Tokens cannot do this."
        return scope in request.auth.scopes
