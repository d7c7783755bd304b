"""allauth, as this house wants it: mails through our outbox, our sentences, our limits, only our own addresses."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from typing import TYPE_CHECKING, Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from kiif.accounts import devices, links, mail, second_factor
from kiif.accounts.devices import SEEN_KEY
from kiif.accounts.models import User
from kiif.ui.addresses import is_own_path

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.forms import BaseForm

logger = logging.getLogger(__name__)

#: allauth's mails → ours. A mail of allauth that is not here cannot be reached with our settings.
_KINDS = {
    "account/email/login_code": "account.login_code",
    "account/email/email_confirmation": "account.email_confirmation",
    "account/email/email_confirmation_signup": "account.email_confirmation",
    "account/email/password_reset_code": "account.password_reset",
    "account/email/password_reset": "account.password_changed",
    "account/email/password_changed": "account.password_changed",
    "account/email/password_set": "account.password_changed",
    "account/email/email_changed": "account.email_changed",
    "account/email/unknown_account": "account.unknown_account",
    "account/email/account_already_exists": "account.account_already_exists",
    "mfa/email/totp_activated": "account.second_factor_added",
    "mfa/email/webauthn_added": "account.second_factor_added",
    "mfa/email/totp_deactivated": "account.second_factor_removed",
    "mfa/email/webauthn_removed": "account.second_factor_removed",
    "mfa/email/recovery_codes_generated": "account.recovery_codes",
}
_MINUTES = {
    "account.login_code": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
    "account.email_confirmation": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60,
    "account.password_reset": settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT // 60,
}


def mask(address: str) -> str:
    """“y…@exemple.org”: enough for its owner to recognise it."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Sign-in and sign-up as allauth does them, with mails that go through our outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Write to us if you think it should not be."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _("The address or the password is not right. Check both, or ask for a code."),
        "email_taken": _("This address cannot be used: choose another one."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not the right one. Check it, or ask for another one."),
        "incorrect_password": _("This password is not the right one."),
        "invalid_login": _("Write your e-mail address."),
        "same_as_current": _("This is already your address."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many requests in a short time. Wait a minute, then try again."),
        "unverified_primary_email": _("Confirm your address first."),
    }

    # Mails

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        key = _KINDS[template_prefix]
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
        words = {
            "name": user.get_short_name() if user else "",
            "code": context.get("code", ""),
            "minutes": _MINUTES.get(key, ""),
            "address": email,
            "date": links.moment(context.get("timestamp") or timezone.now(), language),
            "device": devices.label_of(context.get("user_agent", "")),
            "new_address": mask(context.get("to_email", "")),
            "contact": settings.CONTACT_EMAIL,
            "signup_url": links.absolute("account_signup"),
            "login_url": links.absolute("account_login"),
            "reset_url": links.absolute("account_reset_password"),
            "security_url": links.absolute("mfa_index"),
        }
        mail.send(key, email, words, language=language, user=user)

    # Sign-up

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        user.full_name = form.cleaned_data["full_name"]  # type: ignore[attr-defined] # fields of our user
        user.language = translation.get_language() or settings.LANGUAGE_CODE  # type: ignore[attr-defined] # fields of our user
        saved: AbstractBaseUser = super().save_user(request, user, form, commit=commit)
        return saved

    # Sign-in

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts attempts so that guessing stops and the owner still comes in.

        A browser from which the owner signed in before has a count of its own. Every other attempt counts twice:
        for this account from this network address, and for this account from anywhere.
        """
        email = str(credentials.get("email", "")).strip().lower()
        device = devices.recognised(request, email)
        if device is not None:
            tries = [("login_failed", f"device:{device.pk}")]
        else:
            tries = [("login_failed", f"{email}|{self.get_client_ip(request)}"), ("login_failed_anywhere", email)]
        self._tries = []
        for action, key in tries:
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not usage:
                logger.warning("Sign-in paused: too many attempts (%s)", action)
                raise ImmediateHttpResponse(ratelimit.respond_429(request))
            self._tries.append(usage)

    def _rollback_login_failed_rl_usage(self) -> None:
        """A success does not count. It does not wipe the count either: an attacker may have an own account."""
        for usage in getattr(self, "_tries", []):
            usage.rollback()

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        # The same session for every way in: it ends with the browser, or when unused (SESSION_IDLE_SECONDS).
        request.session.set_expiry(0)
        request.session[SEEN_KEY] = int(time.time())
        if isinstance(user, User) and devices.remember(request, response, user):
            self._announce(request, user)
        return response

    def _announce(self, request: HttpRequest, user: User) -> None:
        words = {
            "name": user.get_short_name(),
            "date": links.moment(timezone.now(), user.language),
            "device": devices.label_of(request.headers.get("User-Agent", "")),
            "sessions_url": links.absolute("usersessions_list"),
        }
        mail.send("account.new_sign_in", user.email, words, language=user.language, user=user)

    def is_safe_url(self, url: str) -> bool:
        return is_own_path(url)

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": gettext("Use my password"),
            "mfa_reauthenticate": gettext("Use my authenticator application or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use my passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]


def _ciphers() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"kiif.accounts.second_factor" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Second factors as allauth does them; their secrets are encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your role asks for a second factor: add another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor: add one first."),
        "incorrect_code": _("This code is not the right one, or it was already used. Wait for the next one."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return _ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _ciphers().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """On white whatever the colours of the page: cameras do not read light on dark."""
        image = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(image.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 -- allauth's name
        return devices.label_of(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "kiif"}
