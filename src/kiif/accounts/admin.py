"""The administration: accounts can be read, closed and opened through our actions. Its door is the ordinary one."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 -- registered first, so that they can be taken away
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from kiif.accounts import actions
from kiif.accounts.actor import of
from kiif.accounts.models import ConsentText, User
from kiif.accounts.read_only import ReadOnlyAdmin
from kiif.ui.errors import Refused


def _own_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return redirect("account_change_password")


admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # the door with the second factor
admin.site.password_change = _own_page  # type: ignore[assignment, method-assign] # warns by mail, like everywhere
for model in (EmailAddress, Authenticator, UserSession, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "full_name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "full_name")
    fields = (
        *("email", "full_name", "phone", "language", "is_active", "is_staff", "is_superuser"),
        *("date_joined", "last_login", "inactivity_warned_at", "anonymised_at"),
    )
    actions = ("close", "reopen", "sign_out")

    @admin.action(description=_("Close these accounts"))
    def close(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, actions.deactivate)

    @admin.action(description=_("Open these accounts again"))
    def reopen(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, actions.reactivate)

    @admin.action(description=_("Sign these people out everywhere"))
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, actions.end_sessions)

    def _each(self, request: HttpRequest, people: QuerySet[User], action: Any) -> None:
        for person in people:
            try:
                action(person=person, by=of(request))
            except Refused as refusal:
                self.message_user(request, f"{person.email}: {refusal}", messages.ERROR)


@admin.register(ConsentText)
class ConsentTextAdmin(ReadOnlyAdmin):
    list_display = ("kind", "version", "language", "title", "required", "published_at")
    fields = ("kind", "version", "language", "title", "body", "required", "published_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:
        values = {name: getattr(obj, name) for name in ("kind", "version", "language", "title", "body", "required")}
        obj.pk = actions.publish_text(by=of(request), **values).pk
