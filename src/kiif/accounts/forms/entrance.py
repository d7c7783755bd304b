"""allauth's forms with our words. Labels stand above fields; nothing is hidden in a placeholder."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kiif.accounts import actions, trail
from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.accounts.queries import current_texts
from kiif.accounts.totp import use_once

_ADDRESS = _("E-mail address")
_PASSWORD = _("Password")
_LONG = _("12 characters or more. Four or five words that have nothing in common work well.")
_CODE_HELP = _("You can type it with or without the dash.")


class OurWords:
    """Gives the labels and helps of `words`, and takes placeholders away."""

    words: dict[str, tuple[Any, Any]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs["maxlength"] = 1000
            if name == "code":
                field.widget.attrs.update({"inputmode": "text", "autocapitalize": "characters", "spellcheck": "false"})


class LoginForm(OurWords, account.LoginForm):  # type: ignore[misc] # allauth has no types
    words = {"login": (_ADDRESS, ""), "password": (_PASSWORD, "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(OurWords, account.SignupForm):  # type: ignore[misc] # allauth has no types
    words = {
        "email": (_ADDRESS, _("We send a code there to make sure that it is yours.")),
        "password1": (_PASSWORD, _LONG),
    }
    field_order = ("full_name", "email", "password1", "accepts")
    full_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    accepts = forms.BooleanField(
        label=_("I have read the terms of use and I accept them"),
        error_messages={"required": _("Accept the terms of use to open an account.")},
    )

    def clean_full_name(self) -> str:
        return " ".join(self.cleaned_data["full_name"].split())

    @transaction.atomic
    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # The answer must not come quicker for an address that has an account: hash a password all the same.
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        super().custom_signup(request, user)
        actor = Actor(user=user)
        actions.ensure_default_texts()
        trail.record(by=actor, verb="accounts.signed_up", obj=user)
        required = [text for text in current_texts(get_language() or "") if text.required]
        actions.give_consent(person=user, texts=required, by=actor)


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):  # type: ignore[misc] # allauth has no types
    words = {"email": (_ADDRESS, "")}


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Code received by mail"), _CODE_HELP)}


class ConfirmEmailCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Code received by mail"), _CODE_HELP)}


class ConfirmPasswordResetCodeForm(OurWords, account.ConfirmPasswordResetCodeForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Code received by mail"), _CODE_HELP)}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    words = {"email": (_ADDRESS, "")}


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc] # allauth has no types
    words = {"password1": (_("New password"), _LONG), "password2": (_("The same again"), "")}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    words = {
        "oldpassword": (_("Current password"), ""),
        "password1": (_("New password"), _LONG),
        "password2": (_("The same again"), ""),
    }


class SetPasswordForm(OurWords, account.SetPasswordForm):  # type: ignore[misc] # allauth has no types
    words = {"password1": (_PASSWORD, _LONG), "password2": (_("The same again"), "")}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    words = {"password": (_PASSWORD, "")}


class AddEmailForm(OurWords, account.AddEmailForm):  # type: ignore[misc] # allauth has no types
    words = {
        "email": (_("New address"), _("We send a code there. Your current address stays valid until you type it."))
    }


class _OnceOnly:
    """A code of the authenticator application works once, however wide the window in which it is accepted."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc] # the form beside which this stands
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_once(self.authenticator, code)
        return code


class AuthenticateForm(OurWords, _OnceOnly, mfa.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Code"), _("Six digits of your application, or one of your recovery codes."))}


class ReauthenticateCodeForm(OurWords, _OnceOnly, mfa.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Code"), _("Six digits of your application, or one of your recovery codes."))}


class ActivateTotpForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    words = {"code": (_("Six digits shown by your application"), "")}


class DeactivateTotpForm(OurWords, totp.DeactivateTOTPForm):  # type: ignore[misc] # allauth has no types
    pass


class GenerateRecoveryCodesForm(OurWords, recovery.GenerateRecoveryCodesForm):  # type: ignore[misc] # allauth has no types
    pass


class AddPasskeyForm(OurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    words = {
        "name": (_("Name of this passkey"), _("To recognise it: “my phone”, “the key in the drawer”.")),
        "passwordless": (
            _("Also use it to sign in without a password"),
            _("Your device then asks for a finger, a face or a PIN."),
        ),
    }


class EditPasskeyForm(OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc] # allauth has no types
    words = {"name": (_("Name of this passkey"), "")}
