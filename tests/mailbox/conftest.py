import pytest

from tests.mailbox import factories


@pytest.fixture(autouse=True)
def _our_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.register(monkeypatch)
