import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kiif.accounts.models import User

GUESSABLE = [
    *("motdepasse123", "M0tdep@sse2024!", "azertyuiop12", "Azertyuiop!!", "qwertyuiop2026", "bonjourbonjour"),
    *("aaaaaaaaaaaa", "abababababab", "123456789012", "0987654321098", "chouchou1234", "lekiif2026lekiif"),
    *("incubateur2026", "passwordpassword", "yael.orsenne@exemple.org", "OrsenneYael1"),
]
GOOD = [
    *("correct cheval pile agrafe", "girafe-orange-tombe-du-toit", "x7#Kq9!vT2$m", "La mer, à 5 h, est grise."),
    *("пароль из четырёх слов", "été-hiver-été-pluie", "motdepasse tigre ardoise" * 10),
]


@pytest.fixture
def yael() -> User:
    return User(email="yael.orsenne@exemple.org", full_name="Yaël Orsenne")


@pytest.mark.parametrize("password", GUESSABLE)
def test_guessable_passwords_are_refused(password: str, yael: User) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, yael)


@pytest.mark.parametrize("password", GOOD)
def test_good_passwords_pass(password: str, yael: User) -> None:
    validate_password(password, yael)


def test_short_ones_are_refused_even_when_odd(yael: User) -> None:
    with pytest.raises(ValidationError):
        validate_password("x7#Kq9!vT2$", yael)


def test_argon2_is_the_hasher_of_instances() -> None:
    from kiif.config import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
