"""Every file of the corpus, good and bad."""

import contextlib
import io
import resource
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from kiif.attachments.inspection import inspected
from kiif.attachments.names import LONGEST, clean_label, clean_name, extensions
from kiif.ui.errors import Refused
from tests.attachments.corpus import ACCEPTED, REFUSED, image, office, open_document, pdf, photo_with_place, pixel_flood


def keep(name, content, declared):
    """What would be kept of a file."""
    with inspected(SimpleUploadedFile(name, content, declared)) as kept:
        return kept, kept.path.read_bytes()


@pytest.mark.parametrize("name", ACCEPTED)
def test_files_that_people_send_are_accepted(name):
    content, declared = ACCEPTED[name]
    kept, written = keep(name, content, declared)
    assert kept.size == len(written)
    if kept.kind.check != "image":
        assert written == content


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_nobody_should_send_are_refused(name):
    content, declared = REFUSED[name]
    started = time.monotonic()
    with pytest.raises(Refused) as refusal:
        keep(name, content, declared)
    assert refusal.value.field == "file"
    assert len(str(refusal.value)) > 15
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["bombe.xlsx", "deluge.png", "mille-pieces.docx"])
def test_a_bomb_costs_no_memory_here(name):
    content, declared = REFUSED[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused):
        keep(name, content, declared)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_pixels_upright_and_nothing_else(kind):
    original = photo_with_place(kind)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    name = {"JPEG": "photo.jpg", "PNG": "photo.png", "WEBP": "photo.webp"}[kind]
    _kept, written = keep(name, original, "")
    remade = Image.open(io.BytesIO(written))
    assert remade.size == (30, 40)
    assert dict(remade.getexif()) == {}
    assert "Maïwenn".encode() not in written
    assert b"Appareil" not in written


def test_what_hides_behind_an_image_is_gone():
    _kept, written = keep("photo.png", image("PNG") + b"<script>alert(1)</script>", "image/png")
    assert b"script" not in written
    assert keep("logo.png", image("PNG", mode="RGBA"), "image/png")[1].startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(keep("l.png", image("PNG", mode="RGBA"), "")[1])).mode == "RGBA"


def test_a_big_photo_passes_and_a_huge_one_does_not():
    assert keep("photo.png", image("PNG", size=(6_000, 6_000)), "image/png")[0].size > 0
    with pytest.raises(Refused, match="pixels"):
        keep("photo.png", pixel_flood(20_000, 2_001), "image/png")


def test_the_limit_of_size(settings):
    settings.ATTACHMENTS = {"max_size": 1_000}
    content = b"a" * 1_000
    assert keep("notes.txt", content, "")[0].size == 1_000
    with pytest.raises(Refused):
        keep("notes.txt", content + b"a", "")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Windows\\a.pdf", "a.pdf"),
        ("/absolu.pdf", "absolu.pdf"),
        ("CON.pdf", "file_CON.pdf"),
        ("lpt1.txt", "file_lpt1.txt"),
        ("a\x00b.pdf", "ab.pdf"),
        ("photo\u202egpj.pdf", "photogpj.pdf"),
        ("  Bilan   2026 .pdf", "Bilan 2026.pdf"),
        ("épi🌾.pdf", "épi🌾.pdf"),
        ("e\u0301pi.pdf", "épi.pdf"),
        ("", "file"),
        ("...", "file"),
        (".pdf", "pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("a\r\nContent-Type: x.pdf", "aContent-Type_ x.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
    ],
)
def test_a_name_is_only_a_label(raw, clean):
    assert clean_name(raw) == clean


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=400))
def test_any_name_becomes_harmless(raw):
    name = clean_name(raw)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\\x00\r\n"')
    assert name.isprintable()
    assert name not in {".", ".."}
    assert clean_name(name) == name
    name.encode()
    assert clean_label(raw) == clean_label(clean_label(raw))


def test_extensions():
    assert extensions("facture.EXE.pdf") == ["exe", "pdf"]
    assert extensions("sans") == []


@hypothesis_settings(deadline=None)  # a child process takes the time that the machine gives it
@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.docx", "a.png", "a.txt"]))
def test_noise_is_refused_or_kept_as_it_is(content, name):
    try:
        _kept, written = keep(name, content, "")
    except Refused:
        return
    assert name == "a.txt"
    assert written == content


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", office("docx")), ("a.odt", open_document("odt")), ("a.pdf", pdf())]
)
def test_a_damaged_file_never_breaks_the_check(name, content, place):
    broken = bytearray(content)
    for offset in range(20):
        broken[int(len(content) * place) + offset] ^= 0xFF
    with contextlib.suppress(Refused):
        keep(name, bytes(broken), "")
