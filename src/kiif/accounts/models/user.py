from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


phone_shape = RegexValidator(r"^\+?[0-9 ().\-]{6,30}$", _("Write digits and spaces, for example 06 12 34 56 78."))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Known by an e-mail address; what they may do comes from their memberships (alliance)."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[phone_shape])
    language = models.CharField(_("language"), max_length=5, default="fr", choices=settings.LANGUAGES)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    inactivity_warned_at = models.DateTimeField(_("warned of inactivity"), null=True, editable=False)
    anonymised_at = models.DateTimeField(_("erased"), null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("full_name", "email")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_case"),
            models.CheckConstraint(
                condition=models.Q(anonymised_at__isnull=True) | models.Q(is_active=False, full_name="", phone=""),
                name="user_erased_is_nobody",
                violation_error_message=_("An erased person keeps neither name nor phone."),
            ),
        ]

    def __str__(self) -> str:
        if self.anonymised_at:
            return str(_("erased person"))
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else str(self)

    @property
    def initials(self) -> str:
        """Two letters for an avatar: of the name, else of the address."""
        if self.anonymised_at:
            return "–"
        words = self.full_name.split()
        letters = (words[0][0] + words[-1][0]) if len(words) > 1 else (self.full_name or self.email)[:2]
        return letters.upper()
