"""Signing in by the company's own service: OpenID Connect through django-allauth.

allauth keeps the state, PKCE and the exact way back. Added here: the issuer must be the configured one, the ID token's
signature is always checked, it carries the nonce of this sign-in, and people are found by the service's own id of them,
never by an address that it has not verified.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from portal.accounts import joining, services

logger = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def nonce_of(state: str) -> str:
    """Bound to the state, which allauth has bound to the session."""
    return salted_hmac("portal.accounts.oidc.nonce", state, algorithm="sha256").hexdigest()


def refused(why: str) -> HttpResponse:
    """Back to the sign-in page, which has the words for it."""
    return redirect(f"{reverse('accounts:login')}?refused={why}")


class IssuerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # the library has no types
    """The protocol's side."""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if found.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error("the service calls itself by another name than OIDC_ISSUER")
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("accounts:oidc_callback"))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the service gave no ID token")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if told["userinfo"].get("sub") != told["id_token"]["sub"]:
            raise OAuth2Error("user info and ID token are of two people")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=settings.OIDC_ISSUER,
                leeway=30,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"the ID token is not valid: {type(error).__name__}") from error
        if not constant_time_compare(str(claims["nonce"]), nonce_of(self.request.GET.get("state", ""))):
            raise OAuth2Error("the ID token is of another sign-in")
        return claims

    def _key(self, id_token: str) -> Any:
        """The one that the token names; where it names none, the only one there is."""
        with DefaultSocialAccountAdapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in {None, "sig"}]
        named = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys if named is None or key.key_id == named]
        if len(fitting) != 1:
            raise OAuth2Error("the service has no key for its ID token")
        return fitting[0]


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Whom the claims stand for."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """One service, out of our settings."""
        return [_app()] if is_configured() and provider in {None, provider_id(), "openid_connect"} else []

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        told = sociallogin.account.extra_data
        claims = claims_of({**told["id_token"], **told["userinfo"]})
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            person = joining.recognise(claims, known)
        except joining.Refused as error:
            logger.warning("a sign-in by %s was refused: %s", settings.OIDC_NAME, error.why)
            services.record_failed_sign_in(username=known.username if known else "")
            raise ImmediateHttpResponse(refused(error.why)) from error
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
        sociallogin.user = person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        if exception:
            logger.warning("a sign-in by %s failed: %s", settings.OIDC_NAME, _told(exception))
        raise ImmediateHttpResponse(refused("cancelled" if error == AuthError.CANCELLED else "failed"))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """allauth's own pages, messages and e-mails do not exist here."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        return

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return refused("inactive")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        services.record_sign_in(user=user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


def _app() -> Any:
    """allauth's word for a client at a service; it is never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id(),
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER.rstrip("/"),
            "oauth_pkce_enabled": True,
            "scope": settings.OIDC_SCOPES,
        },
    )


def way_there(request: HttpRequest, next_url: str) -> str:
    """Where the browser goes on to; state and PKCE's verifier are in the session from now on. Raises ImmediateHttpResponse."""
    state = get_random_string(32)
    provider = SocialAdapter(request).get_provider(request, provider=provider_id())
    provider.oauth2_adapter_class = IssuerAdapter
    params = {"nonce": nonce_of(state)}
    return str(provider.redirect(request, "login", next_url, state_id=state, auth_params=params).url)


def way_back(request: HttpRequest) -> HttpResponse:
    """Signs the person in, or leads back to the sign-in page with the reason."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(IssuerAdapter(request, provider_id()))(request)
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # what the service says is not what OpenID says
        logger.warning("a sign-in by %s failed: %s", settings.OIDC_NAME, type(error).__name__)
        return refused("failed")
    return answer


def provider_id() -> str:
    """Of the issuer: the ids that one service gives its people mean nothing at another."""
    return f"oidc-{hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()[:16]}"


def claims_of(told: Mapping[str, Any]) -> joining.Claims:
    """What counts of what the service tells. Its user info goes before the token, but for who it is, which is the same."""
    groups = told.get(settings.OIDC_GROUPS_CLAIM)
    verified = told.get("email_verified") in {True, "true"} or settings.OIDC_TRUST_EMAIL
    return joining.Claims(
        subject=_text(told, "sub"),
        username=_text(told, "preferred_username") or _text(told, "email").partition("@")[0] or _text(told, "sub"),
        email=_text(told, "email") if verified else "",
        first_name=_text(told, "given_name") or _text(told, "name").partition(" ")[0],
        last_name=_text(told, "family_name") or _text(told, "name").partition(" ")[2],
        groups=frozenset(str(group) for group in groups) if isinstance(groups, list) else None,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.replace("\0", "").strip()[:150] if isinstance(value, str) else ""


def _told(exception: Exception) -> str:
    """Our own words; of others the type, for they may hold what the service answered."""
    return str(exception) if type(exception) is OAuth2Error else type(exception).__name__
