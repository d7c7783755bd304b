from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiif.accounts.actor import system
from kiif.alliance import coverage_map, figures
from kiif.alliance.actions.bodies import (
    close_branch,
    create_alliance,
    create_incubator,
    end_incubator,
    open_branch,
    set_logo,
    update_body,
    update_branch,
)
from kiif.alliance.actions.coverage import set_coverage
from kiif.alliance.enums import Role
from kiif.alliance.models import Branch, Coverage, Incubator, Invitation, Membership
from kiif.alliance.validators import NIGHT, PAPER, clean_logo, contrast, readable_at_night, validate_accent
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as make
from tests.alliance.conftest import House


def test_only_the_system_founds_an_alliance(house: House) -> None:
    with pytest.raises(NotAllowed):
        create_alliance(name="Autre réseau", by=house.acting("coordinator"))
    assert create_alliance(name="Autre réseau", by=system("test")).slug == "autre-reseau"


def test_the_coordination_welcomes_a_member(house: House) -> None:
    with pytest.raises(NotAllowed):
        create_incubator(alliance=house.alliance, name="Évident !", by=house.acting("manager"))
    first = create_incubator(alliance=house.alliance, name="Évident !", by=house.acting("coordinator"))
    second = create_incubator(alliance=house.alliance, name="Évident !", by=house.acting("coordinator"))
    assert (first.slug, second.slug) == ("evident", "evident-2")
    assert JournalEntry.objects.filter(verb="alliance.incubator_welcomed").count() == 2


def test_a_manager_changes_the_presentation_not_the_name(house: House) -> None:
    changed = update_body(body=house.incubator, presentation="Nous.", by=house.acting("manager"))
    assert changed.presentation == "Nous."
    with pytest.raises(NotAllowed):
        update_body(body=house.incubator, name="Autre nom", by=house.acting("manager"))
    with pytest.raises(NotAllowed):
        update_body(body=house.incubator, presentation="Eux.", by=house.acting("other_manager"))
    assert Incubator.objects.get(pk=house.incubator.pk).name != "Autre nom"
    entry = JournalEntry.objects.get()
    assert entry.detail.changes == {"presentation": ["", "Nous."]}


def test_a_light_accent_is_refused_with_its_field(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        update_body(body=house.incubator, accent="#ffcc00", by=house.acting("manager"))
    assert refusal.value.field == "accent"
    assert update_body(body=house.incubator, accent="#1d5f58", by=house.acting("manager")).accent == "#1d5f58"


@given(st.integers(0, 0xFFFFFF))
def test_an_accepted_accent_reads_by_day_and_by_night(number: int) -> None:
    colour = f"#{number:06x}"
    try:
        validate_accent(colour)
    except ValidationError:
        assert contrast(colour, PAPER) < 4.5
    else:
        assert contrast(colour, PAPER) >= 4.5
        assert min(contrast(readable_at_night(colour), ground) for ground in NIGHT) >= 4.5


def test_contrast_of_the_definition() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def _picture(size: tuple[int, int] = (900, 300), kind: str = "JPEG") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#123456").save(buffer, kind)
    return SimpleUploadedFile("logo.jpg", buffer.getvalue())


def test_a_logo_becomes_a_small_png(house: House, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    body = set_logo(body=house.incubator, picture=clean_logo(_picture()), by=house.acting("manager"))
    with body.logo.open("rb") as file, Image.open(file) as image:
        assert (image.format, image.size) == ("PNG", (480, 160))
    with pytest.raises(NotAllowed):
        set_logo(body=house.incubator, picture=None, by=house.acting("advisor"))
    assert not set_logo(body=house.incubator, picture=None, by=house.acting("manager")).logo


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        SimpleUploadedFile("logo.png", b"%PDF-1.7 <script>"),
        SimpleUploadedFile("logo.png", b""),
        SimpleUploadedFile("logo.png", b"0" * 1_000_001),
        _picture((5000, 4000), "PNG"),
    ],
    ids=["svg", "pdf", "empty", "heavy", "flood"],
)
def test_what_is_not_a_logo_is_refused(upload: SimpleUploadedFile) -> None:
    with pytest.raises(ValidationError):
        clean_logo(upload)


def test_branches_open_change_and_close(house: House) -> None:
    fields = {"name": "Bordeaux", "commune_code": "33063", "commune_name": "Bordeaux"}
    with pytest.raises(NotAllowed):
        open_branch(incubator=house.incubator, by=house.acting("other_manager"), **fields)
    branch = open_branch(incubator=house.incubator, by=house.acting("manager"), **fields)
    with pytest.raises(Refused):
        open_branch(incubator=house.incubator, by=house.acting("manager"), **fields)
    with pytest.raises(Refused) as refusal:
        update_branch(branch=branch, commune_code="3306", by=house.acting("manager"))
    assert refusal.value.field == "commune_code"
    assert update_branch(branch=branch, address="1 rue Inventée", by=house.acting("manager")).address
    closed = close_branch(branch=branch, on=make.days(0), by=house.acting("manager"))
    assert closed.is_open is False
    with pytest.raises(Refused):
        close_branch(branch=branch, on=make.days(0), by=house.acting("manager"))
    assert Branch.objects.open().count() == 0


def test_coverage_keeps_its_history(house: House) -> None:
    by = house.acting("coordinator")
    assert set_coverage(incubator=house.incubator, codes=["33", "24"], since=make.days(-90), by=by) == (
        ["24", "33"],
        [],
    )
    assert set_coverage(incubator=house.incubator, codes=["33", "16"], since=make.days(-30), by=by) == (["16"], ["24"])
    rows = Coverage.objects.filter(incubator=house.incubator).values_list("department_code", "since", "until")
    assert sorted(rows) == [
        ("16", make.days(-30), None),
        ("24", make.days(-90), make.days(-30)),
        ("33", make.days(-90), None),
    ]
    with pytest.raises(Refused, match="history"):
        set_coverage(incubator=house.incubator, codes=["33", "16", "24"], since=make.days(-60), by=by)
    assert set_coverage(incubator=house.incubator, codes=["33", "16"], since=make.days(-1), by=by) == ([], [])


def test_coverage_is_the_coordination_s(house: House) -> None:
    with pytest.raises(NotAllowed):
        set_coverage(incubator=house.incubator, codes=["33"], since=make.days(0), by=house.acting("manager"))
    for codes, since in ((["99"], make.days(0)), (["33"], make.days(1)), (["33"], make.days(-5000))):
        with pytest.raises(Refused):
            set_coverage(incubator=house.incubator, codes=codes, since=since, by=house.acting("coordinator"))
    assert not Coverage.objects.exists()


@pytest.mark.parametrize("until", [None, make.days(5)])
def test_the_database_refuses_overlaps(house: House, until: Any) -> None:
    make.make_coverage(house.incubator, "33", since=make.days(-10), until=make.days(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_coverage(house.incubator, "33", since=make.days(-1), until=until)
    make.make_coverage(house.incubator, "33", since=make.days(0), until=until)
    make.make_coverage(house.other, "33", since=make.days(-5), until=until)
    row = Coverage.objects.get(incubator=house.incubator, since=make.days(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        Coverage.objects.filter(pk=row.pk).update(since=make.days(-2))


def test_who_covers_what_says_the_gaps(house: House) -> None:
    make.make_coverage(house.incubator, "33")
    make.make_coverage(house.other, "33")
    make.make_coverage(house.other, "24", until=make.days(-1))
    lines = {line.code: line for line in coverage_map.lines(house.acting("advisor"), house.alliance.pk)}
    assert len(lines) == 101
    assert [lines["33"].matches(value) for value in ("oui", "non", "plusieurs")] == [True, False, True]
    assert lines["24"].matches("non")
    assert lines["24"].past_names == [house.other.label]


def test_figures_are_counted(house: House) -> None:
    make.make_branch(house.incubator)
    make.make_branch(house.incubator, closed_on=make.days(-1))
    make.make_coverage(house.incubator, "33")
    make.make_coverage(house.other, "33")
    make.make_incubator(house.alliance, left_on=make.days(-1))
    found = figures.of_alliance(house.alliance)
    assert (found.members, found.branches, found.departments) == (2, 1, 1)


def test_a_member_leaves_with_everything_closed(house: House) -> None:
    make.make_branch(house.incubator)
    make.make_coverage(house.incubator, "33")
    make.make_invitation(house.incubator)
    with pytest.raises(NotAllowed):
        end_incubator(incubator=house.incubator, on=make.days(0), by=house.acting("manager"))
    end_incubator(incubator=house.incubator, on=make.days(0), by=house.acting("coordinator"))
    assert not Membership.objects.current().filter(where=house.incubator).exists()
    assert Membership.objects.current().filter(where=house.other, role=Role.MANAGER).exists()
    assert not Invitation.objects.open().exists()
    assert not Branch.objects.open().exists()
    assert not Coverage.objects.on().exists()
    with pytest.raises(Refused, match="already left"):
        end_incubator(incubator=house.incubator, on=make.days(0), by=house.acting("coordinator"))
