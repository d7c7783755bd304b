"""`{{ form }}` is right by default: labels, help and errors tied to their fields, whatever the widget."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.template import Context, Template
from django.utils import translation

from kiif.ui.forms import CheckboxCards, Checkboxes, CodeInput, DateInput, RadioCards, Segments

CHOICES = (("a", "Première"), ("b", "Seconde"))


class Sample(forms.Form):
    name = forms.CharField(label="Nom", help_text="Tel <quel>")
    note = forms.CharField(label="Note", required=False)
    secret = forms.CharField(label="Secret", widget=forms.PasswordInput)
    code = forms.CharField(label="Code", widget=CodeInput)
    day = forms.DateField(label="Jour", widget=DateInput)
    shape = forms.ChoiceField(label="Forme", choices=CHOICES, widget=RadioCards(help={"a": "La plus courante."}))
    means = forms.ChoiceField(label="Moyen", choices=CHOICES, widget=Segments, required=False)
    why = forms.MultipleChoiceField(label="Pourquoi", choices=[("Groupe", CHOICES)], widget=Checkboxes)
    what = forms.MultipleChoiceField(label="Quoi", choices=CHOICES, widget=CheckboxCards, required=False)
    agree = forms.BooleanField(label="J’accepte")
    hidden = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        self.add_error(None, "Rien <ne> va.")
        return self.cleaned_data


def html(form: forms.Form) -> str:
    with translation.override("fr"):
        return Template("{% form form %}").render(Context({"form": form}))


def test_every_field_has_a_name_that_belongs_to_it() -> None:
    page = html(Sample())
    ids = set(re.findall(r' id="([^"]+)"', page))
    for target in re.findall(r'<label for="([^"]+)"', page):
        assert target in ids
    assert page.count("<fieldset") == page.count("<legend>") == 4
    assert 'aria-describedby="id_name_helptext"' in page
    assert "Tel &lt;quel&gt;" in page
    assert "error-summary" not in page


def test_only_what_may_stay_empty_says_so() -> None:
    page = html(Sample())
    assert page.count("(facultatif)") == 3


def test_errors_are_listed_first_and_lead_to_their_fields() -> None:
    page = html(Sample({"shape": "zzz"}))
    assert page.index("<error-summary") < page.index('class="fields"')
    assert "Rien &lt;ne&gt; va." in page
    ids = set(re.findall(r' id="([^"]+)"', page))
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    assert {"id_name", "id_shape", "id_why", "id_agree"} <= set(targets) <= ids
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    for radio in re.findall(r'<input type="radio"[^>]*>', page):
        assert "aria-invalid" not in radio


def test_choices_keep_what_was_chosen_and_say_their_help() -> None:
    page = html(Sample(initial={"shape": "b", "why": ["a"]}))
    assert re.search(r'<input type="radio" name="shape" value="b"[^>]*checked', page)
    assert re.search(r'<input type="checkbox" name="why" value="a"[^>]*checked', page)
    assert "La plus courante." in page
    assert 'role="group" aria-label="Groupe"' in page
    assert 'class="opts cards"' in page
    assert 'class="opts seg"' in page


def test_special_fields() -> None:
    page = html(Sample(initial={"day": "2026-05-30"}))
    assert '<reveal-password class="reveal"' in page
    assert 'autocomplete="one-time-code"' in page
    assert re.search(r'<input type="date" name="day" value="2026-05-30"', page)
    assert page.count('type="hidden"') == 1


def test_widgets_do_not_share_their_help() -> None:
    first, second = Sample(), Sample()
    first.fields["shape"].widget.choice_help["b"] = "Changée"  # type: ignore[attr-defined]  # our widget
    assert "Changée" in html(first)
    assert "Changée" not in html(second)


def test_a_page_may_lay_out_its_fields_itself() -> None:
    form = Sample({"name": "x"})
    source = "{% errors form %}{% field form.name %}"
    page = Template(source).render(Context({"form": form}))
    assert page.count("<error-summary") == 1
    assert page.count('name="name"') == 1
    assert 'name="note"' not in page
