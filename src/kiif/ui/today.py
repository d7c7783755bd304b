"""What waits for a person: higher floors provide gestures, *Aujourd'hui* shows them by urgency.

    today.register(Source(invitations, told_as_gestures))   # in apps.ready()

    def invitations(actor) -> QuerySet | None: ...
    def told_as_gestures(actor, rows) -> list[Gesture]: ...

A gesture is something that this person can do now, named by its verb. On most days most sources have nothing to tell:
one query asks all of them at once whether they have rows. Recent activity comes from `register_activity`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.ui.components import TimelineItem


@dataclass(frozen=True)
class Gesture:
    """`title` is the gesture ("Answer the invitation"), `about` whom or what, `action` the verb of the button.

    `due` is a day or a moment, or None when nothing presses; `initials` fill the pin, with the first letters of `about`
    otherwise; `detail` comes after `about`.
    """

    title: Any
    about: Any
    url: str
    action: Any
    due: date | datetime | None = None
    initials: str = ""
    detail: Any = ""
    tone: str = "b"

    @property
    def mark(self) -> str:
        """What the pin holds: never empty."""
        return self.initials or "".join(word[0] for word in str(self.about).split()[:2]).upper()

    @property
    def day(self) -> date | None:
        if isinstance(self.due, datetime):
            return localtime(self.due).date() if self.due.tzinfo else self.due.date()
        return self.due

    @property
    def is_late(self) -> bool:
        return self.day is not None and self.day < localdate()

    @property
    def when(self) -> str:
        """The due day as people say it: "Yesterday", "In 4 days"."""
        return "" if self.day is None else relative_day(self.day)

    @property
    def exactly(self) -> str:
        """The exact day, and the hour when there is one: midnight is a day, not an hour."""
        if self.day is None:
            return ""
        text = date_format(self.day, "l j F" if self.day.year == localdate().year else "j F Y")
        if isinstance(self.due, datetime):
            moment = localtime(self.due) if self.due.tzinfo else self.due
            if moment.time() != time.min:
                return f"{text}, {date_format(moment, 'TIME_FORMAT')}"
        return text


@dataclass(frozen=True)
class Calm:
    """What *Aujourd'hui* says when nothing waits: `sentence` tells what will come here, `places` where to go meanwhile.

    `places` are (label, url name) pairs; those that do not exist in this instance are left out.
    """

    sentence: Any
    places: tuple[tuple[Any, str], ...] = ()

    @property
    def links(self) -> list[tuple[Any, str]]:
        return [(label, address) for label, name in self.places if (address := _address(name))]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Source:
    """`rows(actor)`: what waits for this person, None when nothing ever does; `tell(actor, rows)` makes gestures of it
    and is called only when there are rows. Both are free of queries until the rows are read."""

    rows: Callable[[Any], QuerySet[Any] | None]
    tell: Callable[[Any, QuerySet[Any]], Iterable[Gesture]]


Provider = Callable[[Any], list[Gesture]]
ActivityProvider = Callable[[Any], list[TimelineItem]]
_sources: list[Source] = []
_providers: list[Provider] = []
_activity: list[ActivityProvider] = []
_calm: list[Callable[[Any], Calm | None]] = []


def register(*sources: Source) -> None:
    """What waits and is read in the database."""
    _sources.extend(source for source in sources if source not in _sources)


def register_known(provider: Provider) -> None:
    """`provider(actor)` gives gestures that ask no query: what the request already knows."""
    if provider not in _providers:
        _providers.append(provider)


def register_activity(provider: ActivityProvider) -> None:
    """`provider(actor)` gives what happened lately around this person, newest first (ten lines at most are shown)."""
    if provider not in _activity:
        _activity.append(provider)


def register_calm(provider: Callable[[Any], Calm | None]) -> None:
    """`provider(actor)` says what to show when nothing waits for this person; None leaves it to another provider."""
    if provider not in _calm:
        _calm.append(provider)


def calm(actor: Any) -> Calm | None:
    """The first answer of the providers."""
    return next((found for provider in _calm if (found := provider(actor))), None)


def gestures(actor: Any) -> list[Gesture]:
    """Everything that waits for this person: late first, then by due day, then what has no date."""
    found = told(actor, _sources) + [gesture for provider in _providers for gesture in provider(actor)]
    return sorted(found, key=lambda gesture: (gesture.day is None, gesture.day or date.max, str(gesture.title)))


def told(actor: Any, sources: Iterable[Source]) -> list[Gesture]:
    """The gestures of these sources; nothing for a visitor."""
    if actor is None or actor.user is None:
        return []
    asked = [(source, rows) for source in sources if (rows := source.rows(actor)) is not None]
    if not asked:
        return []
    person = get_user_model()._default_manager.filter(pk=actor.user.pk).order_by()
    held = person.values_list(*(Exists(rows) for _source, rows in asked)).get()
    waiting = [one for one, holds in zip(asked, held, strict=True) if holds]
    return [gesture for source, rows in waiting for gesture in source.tell(actor, rows)]


def activity(actor: Any, limit: int = 10) -> list[TimelineItem]:
    """What happened lately, the first provider first."""
    return [item for provider in _activity for item in provider(actor)][:limit]


def relative_day(day: date, today: date | None = None) -> str:
    """A day as people say it, seen from today: "Today", "Tomorrow", "In 4 days", "3 weeks ago"."""
    days = (day - (today or localdate())).days
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if days in near:
        return near[days]
    many = abs(days)
    if many < 21:
        ahead = ngettext("In %(count)s day", "In %(count)s days", many)
        behind = ngettext("%(count)s day ago", "%(count)s days ago", many)
        return (ahead if days > 0 else behind) % {"count": many}
    if many < 63:
        weeks = many // 7
        ahead = ngettext("In %(count)s week", "In %(count)s weeks", weeks)
        behind = ngettext("%(count)s week ago", "%(count)s weeks ago", weeks)
        return (ahead if days > 0 else behind) % {"count": weeks}
    months = round(many / 30.44)
    ahead = ngettext("In %(count)s month", "In %(count)s months", months)
    behind = ngettext("%(count)s month ago", "%(count)s months ago", months)
    return (ahead if days > 0 else behind) % {"count": months}
