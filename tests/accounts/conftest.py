from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from kiif.accounts import mail
from kiif.accounts.models import User


@dataclass(frozen=True)
class Letter:
    key: str
    address: str
    words: Mapping[str, str]
    language: str
    user: User | None


@dataclass
class Letterbox:
    letters: list[Letter] = field(default_factory=list)

    def __call__(self, key: str, address: str, context: Mapping[str, str], language: str, user: User | None) -> None:
        self.letters.append(Letter(key, address, context, language, user))

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.address == address]

    @property
    def keys(self) -> list[str]:
        return [letter.key for letter in self.letters]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letterbox:
    """What accounts hand over to the outbox, before the outbox."""
    box = Letterbox()
    monkeypatch.setattr(mail, "_sender", [box])
    return box
