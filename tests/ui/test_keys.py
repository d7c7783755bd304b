"""A key beyond what a database holds finds nothing, whatever the lookup: never an error."""

from __future__ import annotations

import pytest
from django import forms

from kiif.alliance.models import Branch, Incubator
from tests.alliance import factories as make

TOO_LONG = 10**30 - 1
pytestmark = pytest.mark.django_db


class Chosen(forms.Form):
    one = forms.ModelChoiceField(Incubator.objects.all(), required=False)
    several = forms.ModelMultipleChoiceField(Incubator.objects.all(), required=False)
    branches = forms.ModelMultipleChoiceField(Branch.objects.all(), required=False)


def test_choices_refuse_a_key_of_thirty_digits() -> None:
    house = make.make_incubator(make.make_alliance())
    branch = make.make_branch(house)
    fine = Chosen({"one": house.pk, "several": [house.pk], "branches": [branch.pk]})
    assert fine.is_valid(), fine.errors
    for name, good in (("one", None), ("several", house.pk), ("branches", branch.pk)):
        keys = [str(TOO_LONG)] if good is None else [str(good), str(TOO_LONG)]
        form = Chosen({name: keys[0] if good is None else keys})
        assert not form.is_valid()
        assert list(form.errors) == [name]


@pytest.mark.parametrize("key", [TOO_LONG, -TOO_LONG, 2**63])
def test_filters_find_nothing_for_it_and_leave_the_others(key: int) -> None:
    house = make.make_incubator(make.make_alliance())
    branch = make.make_branch(house)
    assert not Branch.objects.filter(incubator_id=key).exists()
    assert not Branch.objects.filter(incubator__in=[key]).exists()
    assert not Branch.objects.filter(pk__in=[key]).exists()
    assert list(Branch.objects.filter(incubator__in=[house.pk, key])) == [branch]
    assert list(Branch.objects.filter(pk__in=[branch.pk, key])) == [branch]
    assert list(Branch.objects.exclude(pk__in=[key])) == [branch]
    assert list(Branch.objects.exclude(incubator_id=key)) == [branch]
