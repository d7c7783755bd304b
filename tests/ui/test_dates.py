"""Days of the month as each language writes them, and where somebody may be sent back to."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format

from kiif.ui.addresses import is_own_path


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("fr", date(2026, 7, 1), "1er juillet 2026"),
        ("fr", date(2026, 7, 11), "11 juillet 2026"),
        ("en", date(2026, 7, 1), "1 July 2026"),
    ],
)
def test_the_first_of_a_month(language: str, day: date, written: str) -> None:
    with translation.override(language):
        assert date_format(day, "DATE_FORMAT") == written
        assert Template('{{ day|date:"j F Y" }}').render(Context({"day": day})) == written
        assert date_format(day, "d/m/Y") == f"{day:%d/%m/%Y}"


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("/alliance/mes-roles?page=2", True),
        ("//ailleurs.example", False),
        ("/\\ailleurs.example", False),
        ("https://testserver/", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_one_goes_back_to_paths_of_ours_only(address: str, ours: bool) -> None:
    assert is_own_path(address) is ours
