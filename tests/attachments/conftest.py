import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from kiif.accounts.actor import Actor
from kiif.attachments import registry
from tests.attachments.corpus import ACCEPTED
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def stored(settings):
    """Paths of everything that the storage holds."""

    def _stored():
        return sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())

    return _stored


@pytest.fixture
def ida(db):
    return make_user("Ida Romarin")


@pytest.fixture
def reader(db):
    return make_user("Ilan Lecteur")


@pytest.fixture
def group(db, ida, reader, monkeypatch):
    """An object that Ida writes on, that Ilan reads, and that nobody else sees; also the organisation that pays."""
    monkeypatch.setattr(registry, "_rights", {})
    registry.register(
        Group,
        can_read=lambda actor, obj: actor.user in (ida, reader),
        can_write=lambda actor, obj: actor.user == ida,
        organisation=lambda obj: obj,
    )
    return Group.objects.create(name="Les Mains vives")


@pytest.fixture
def by(ida):
    return Actor(user=ida)


def upload(name, content=None, declared=None):
    """A file as a browser sends it; the content of the corpus unless another is given."""
    known, media_type = ACCEPTED.get(name, (b"", ""))
    return SimpleUploadedFile(name, known if content is None else content, declared or media_type)
