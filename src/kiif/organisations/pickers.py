"""Choosing one thing among thousands in a form: type a few letters, pick. Works without JavaScript.

    commune = CommuneField(label=_("Commune"), required=False)
    organisation = OrganisationField(label=_("Organisation"), actor=actor)   # or field.actor = … in __init__

What is typed is enough when it names one thing (a number, a whole name); when it names several, the form comes back
with them as radio buttons. With JavaScript the buttons come while one types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import VISITOR, Actor
from kiif.organisations.models import Organisation
from kiif.organisations.queries import find
from kiif.territories import lookup
from kiif.territories.enums import Level
from kiif.territories.models import Territory

LIMIT = 8
LONGEST = 100


@dataclass(frozen=True)
class Option:
    """One thing to pick: what is sent, what is read, a few words more."""

    value: str
    title: str
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """What came from the page: the button picked, the one that was picked before, what was typed."""

    picked: str = ""
    before: str = ""
    text: str = ""


class PickerInput(forms.Widget):
    """Search box and radio buttons. `address` answers the fragment of the buttons for `?q=…&champ=…`."""

    template_name = "organisations/parts/picker.html"
    use_fieldset = True

    def __init__(self, address: Any, search_label: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.address = address
        self.search_label = search_label
        self.options: list[Option] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Asked:
        return Asked(
            picked=data.get(name, "")[:20],
            before=data.get(f"{name}-avant", "")[:20],
            text=data.get(f"{name}-texte", "")[:LONGEST].strip(),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-texte" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        asked = value if isinstance(value, Asked) else Asked(picked=str(value or ""), before=str(value or ""))
        context.update(
            {
                "address": str(self.address),
                "search_label": self.search_label,
                "options": self.options,
                "asked": asked,
                "optional": not self.is_required,
            }
        )
        return context

    def format_value(self, value: Any) -> Any:
        return value


class PickerField(forms.Field):
    """A thing picked; subclasses say how it is found and read again."""

    widget: PickerInput
    address: Any = ""
    search_label: Any = ""
    nothing_found: Any = ""
    several: Any = gettext_lazy("Several have this name: choose one below.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PickerInput(self.address, self.search_label))
        super().__init__(**kwargs)

    def get(self, value: str) -> Any:
        """The thing of a value sent, or None."""
        raise NotImplementedError

    def search(self, text: str) -> tuple[list[Any], bool]:
        """Things found for a text, best first, and whether the first is the one that was meant."""
        raise NotImplementedError

    def option(self, thing: Any) -> Option:
        """How a thing is shown."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Asked):
            if not self.widget.options and (thing := self.get(value.picked)) is not None:
                self.widget.options = [self.option(thing)]
            return value
        thing = self.get(str(value)) if isinstance(value, int | str) and value else value
        if thing is None or thing == "":
            return None
        shown = self.option(thing)
        self.widget.options = [shown]
        return shown.value

    def clean(self, value: Any) -> Any:
        asked = value if isinstance(value, Asked) else Asked(picked=str(value or ""))
        thing = self._chosen(asked)
        if thing is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return thing

    def _chosen(self, asked: Asked) -> Any:
        if asked.text and asked.picked in ("", asked.before):
            return self._typed(asked.text)
        if not asked.picked:
            return None
        thing = self.get(asked.picked)
        if thing is None:
            raise ValidationError(_("This choice no longer exists: search again."), code="gone")
        return thing

    def _typed(self, text: str) -> Any:
        found, sure = self.search(text)
        if found and (sure or len(found) == 1):
            return found[0]
        self.widget.options = [self.option(thing) for thing in found]
        raise ValidationError(str(self.several if found else self.nothing_found), code="ambiguous")

    def has_changed(self, initial: Any, data: Any) -> bool:
        asked = data if isinstance(data, Asked) else Asked(picked=str(data or ""))
        return bool(asked.text) or asked.picked != str(initial or "")


class CommuneField(PickerField):
    """A commune of today, by its name, its postcode or its code."""

    address = reverse_lazy("organisations:communes")
    search_label = gettext_lazy("Name, postcode or code of the commune")
    nothing_found = gettext_lazy("No commune has this name: try its first letters, or its postcode.")

    def get(self, value: str) -> Territory | None:
        if not value.isdecimal() or len(value) > 18:
            return None
        return Territory.objects.at(Level.COMMUNE).filter(pk=int(value)).select_related("department").first()

    def search(self, text: str) -> tuple[list[Territory], bool]:
        return communes_named(text)

    def option(self, thing: Territory) -> Option:
        return commune_option(thing)


def communes_named(text: str) -> tuple[list[Territory], bool]:
    """Communes for what was typed, best first, and whether only one bears exactly this name or code."""
    hits = lookup.index().search(text, levels=[Level.COMMUNE], limit=LIMIT)
    rows = Territory.objects.select_related("department").in_order([hit.pk for hit in hits])
    exact = [hit for hit in hits if hit.how == lookup.EXACT]
    return rows, len(exact) == 1


def commune_option(thing: Territory) -> Option:
    department = thing.department
    return Option(str(thing.pk), thing.title, f"{department.title} ({department.code})" if department else "")


class OrganisationField(PickerField):
    """An organisation that the actor knows, by its name, its commune or one of its numbers. Give it `actor`."""

    address = reverse_lazy("organisations:choose")
    search_label = gettext_lazy("Name, commune, SIREN, SIRET or RNA number")
    nothing_found = gettext_lazy("No organisation that you know has this name or this number.")

    def __init__(self, *, actor: Actor = VISITOR, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    def get(self, value: str) -> Organisation | None:
        if not value.isdecimal() or len(value) > 18:
            return None
        return Organisation.objects.known_to(self.actor).alive().with_place().filter(pk=int(value)).first()

    def search(self, text: str) -> tuple[list[Organisation], bool]:
        found = find(self.actor, text, LIMIT)
        names = [row for row in found if lookup.fold(text) in (lookup.fold(row.name), lookup.fold(row.usual_name))]
        return (names, True) if len(names) == 1 else (found, False)

    def option(self, thing: Organisation) -> Option:
        return organisation_option(thing)


def organisation_option(thing: Organisation) -> Option:
    state = "" if thing.is_active else str(thing.get_status_display())
    return Option(str(thing.pk), thing.title, ", ".join(part for part in (thing.place, state) if part))
