"""Components of the design system, loaded in every template. The list with examples: docs/ui.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, PasswordInput, RadioSelect
from django.template.context import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from kiif.ui import icons
from kiif.ui.components import Step, TimelineItem, page_window

register = template.Library()


def _part(context: Context, name: str, **data: Any) -> SafeString:
    """Renders a component with nothing of the page but the request and what is given."""
    here = context.new({**data, "request": context.get("request"), "csrf_token": context.get("csrf_token")})
    found: Any = get_template(f"ui/parts/{name}.html")
    return SafeString(found.template.render(here))


# Addresses


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file; without its hash when the manifest does not know it (an error page must still show)."""
    try:
        return staticfiles_storage.url(f"build/{name}")
    except ValueError:
        return f"{settings.STATIC_URL}build/{name}"


@register.simple_tag
def url_or_none(name: str, *args: Any, **kwargs: Any) -> str:
    """`{% url_or_none "app:page" as address %}`: empty when this instance does not have the page."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing, hidden from screen readers: the words beside it say the same."""
    return icons.svg(name)


# Actions


@register.simple_block_tag
def button(content: str, *, kind: str = "", type: str = "submit", **attrs: Any) -> SafeString:  # noqa: A002 -- the name of the HTML attribute
    """`{% button kind="go" %}Save{% endbutton %}`; kinds: go (one per page), q (quiet), s (small), danger."""
    return format_html(
        '<button type="{}" class="btn {}"{}>{}</button>', type, kind, attributes(attrs), SafeString(content.strip())
    )


@register.simple_block_tag
def link_button(content: str, url: str, *, kind: str = "", **attrs: Any) -> SafeString:
    """`{% link_button url kind="go" %}New invitation{% endlink_button %}`."""
    return format_html(
        '<a href="{}" class="btn {}"{}>{}</a>', url, kind, attributes(attrs), SafeString(content.strip())
    )


def attributes(attrs: dict[str, Any]) -> SafeString:
    """HTML attributes from keyword arguments: `hx_get` becomes `hx-get`; True is bare, False and None are left out."""
    rendered = SafeString("")
    for name, value in attrs.items():
        if value is True:
            rendered += format_html(" {}", name.replace("_", "-"))
        elif value not in (False, None):
            rendered += format_html(' {}="{}"', name.replace("_", "-"), value)
    return rendered


# Parts of a page


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: str, *, title: Any, lead: Any = "", id: str = "", kind: str = "") -> SafeString:  # noqa: A002 -- the name of the HTML attribute
    """A part: its title in the margin, its matter in the field. Kinds: full (title above), big (public pages)."""
    return _part(context, "section", content=content, title=title, lead=lead, id=id, kind=kind)


@register.simple_block_tag(takes_context=True)
def card(context: Context, content: str, *, title: Any = "", kind: str = "", level: int = 2) -> SafeString:
    """The framed surface of a page: it explains or it warns. One per page."""
    return _part(context, "card", content=content, title=title, kind=kind, level=level)


@register.simple_block_tag(takes_context=True)
def notice(context: Context, content: str, *, title: Any = "", tone: str = "info", level: int = 2) -> SafeString:
    """Something one must see. Tones: info, success, warning, error."""
    return _part(context, "notice", content=content, title=title, tone=tone, level=level)


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, *, title: Any, level: int = 3) -> SafeString:
    """An empty list says why it is empty and what to do."""
    return _part(context, "empty", content=content, title=title, level=level)


@register.simple_block_tag(takes_context=True)
def scroll(context: Context, content: str, *, label: Any) -> SafeString:
    """A wide table scrolls inside this region (reachable by keyboard), the page never does."""
    return _part(context, "scroll", content=content, label=label)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, *, id: str, title: Any) -> SafeString:  # noqa: A002 -- the name of the HTML attribute
    """Opened by `<a href="(page that does the same)" data-dialog="id">`."""
    return _part(context, "dialog", content=content, id=id, title=title)


@register.simple_tag(takes_context=True)
def crumbs(context: Context, *pairs: Any) -> SafeString:
    """`{% crumbs _("Alliance") alliance_url incubator incubator.url %}`: parents of this page, from the top."""
    links = [(str(pairs[i]), str(pairs[i + 1])) for i in range(0, len(pairs) - 1, 2)]
    return _part(context, "crumbs", links=links)


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Iterable[Any], label: Any) -> SafeString:
    """Links to the faces of one object; items are `kiif.ui.components.Tab`."""
    return _part(context, "tabs", items=list(items), label=label)


# Small things


@register.simple_tag
def tag(label: Any, tone: str = "") -> SafeString:
    """A state in one word. Tones: o (bistre), b (blue), v (green), none."""
    return format_html('<span class="tag {}">{}</span>', tone, label)


@register.simple_tag
def pin(initials: Any, tone: str = "", kind: str = "") -> SafeString:
    """Initials of a person or an organisation whose name is written beside."""
    return format_html('<span class="pin {} {}" aria-hidden="true">{}</span>', tone, kind, initials)


@register.simple_tag(takes_context=True)
def facts(context: Context, pairs: Iterable[tuple[Any, Any]], kind: str = "") -> SafeString:
    """A list of (term, value); kind "one" puts the term beside the value."""
    return _part(context, "facts", pairs=[pair for pair in pairs if pair[1] not in (None, "")], kind=kind)


@register.simple_tag(takes_context=True)
def figure(context: Context, value: Any, label: Any, *, source: Any, unit: Any = "", margin: Any = "") -> SafeString:
    """A number with what it counts, where it comes from and when; inside `<dl class="figs">`."""
    return _part(context, "figure", value=value, label=label, source=source, unit=unit, margin=margin)


@register.simple_tag(takes_context=True)
def progress(
    context: Context, done: int | None, total: int | None, label: Any, *, note: Any = "", state: str = ""
) -> SafeString:
    """A bar with words; an unknown total shows a bar without an end. States: done, failed."""
    known = bool(total) and done is not None
    share = round(100 * min(done or 0, total or 1) / (total or 1)) if known else None
    return _part(
        context,
        "progress",
        known=known,
        done=done or 0,
        total=total or 0,
        share=share,
        label=label,
        note=note,
        state=state,
    )


@register.simple_tag(takes_context=True)
def stepper(context: Context, steps: Sequence[Step], label: Any, kind: str = "") -> SafeString:
    """Steps of a file or a procedure; steps are `kiif.ui.components.Step`. Kinds: always (never folded), sticky."""
    return _part(context, "stepper", steps=steps, label=label, kind=kind)


@register.simple_tag(takes_context=True)
def timeline(context: Context, items: Iterable[TimelineItem], kind: str = "") -> SafeString:
    """What happened, from `kiif.ui.components.TimelineItem`; kind "hours" for a day."""
    return _part(context, "timeline", items=list(items), kind=kind)


@register.simple_tag(takes_context=True)
def pages(context: Context, page: Any, name: str = "page") -> SafeString:
    """Links to the pages of a Django `Page`; the other parameters of the address stay. `name`: that of the parameter,
    where the page has another list."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    return _pages(context, page, query.urlencode(), ("", ""), name)


@register.simple_tag(takes_context=True)
def table_pages(context: Context, table: Any) -> SafeString:
    return _pages(context, table.page, table.query, (table.id, table.caption))


def _pages(context: Context, page: Any, query: str, table: tuple[str, Any], name: str = "page") -> SafeString:
    numbers = page_window(page.number, page.paginator.num_pages)
    target, caption = table
    return _part(context, "pages", page=page, numbers=numbers, query=query, target=target, caption=caption, key=name)


@register.simple_tag(takes_context=True)
def table(context: Context, table: Any) -> SafeString:
    """A `kiif.ui.tables.Table` with its search, filters, sort, pages, count and exports."""
    return _part(context, "table", table=table)


# Forms


@register.simple_tag
def form(form: BaseForm) -> SafeString:
    """Fields of a form with its summary of errors; the page writes `<form method="post">` and the buttons."""
    return form.render()


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a form that a page lays out itself."""
    return bound.as_field_group()


@register.simple_tag
def errors(form: BaseForm) -> SafeString:
    """The summary of errors alone, for a page that lays out its fields itself."""
    return form.render("ui/forms/errors.html")


@register.filter
def is_optional(bound: BoundField) -> bool:
    """Whether the label says "optional": not required, and not a mere tick."""
    kind = bound.widget_type
    return not bound.field.required and not bound.is_hidden and kind not in {"checkbox"}


@register.filter
def options(bound: BoundField) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Choices of a field as groups: (name or None, options of Django's widget with `help` when it has some)."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({}, widget)
    if bound.auto_id:
        attrs.setdefault("id", bound.auto_id)
    attrs.pop("aria-invalid", None)  # not a property of a radio button; the group names its error
    groups = widget.get_context(bound.html_name, bound.value(), attrs)["widget"]["optgroups"]
    return [(name, choices) for name, choices, _index in groups]


@register.filter
def widget_kind(bound: BoundField) -> str:
    """Which of our layouts shows this field: hidden, tick, choices, password or plain."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "password" if isinstance(widget, PasswordInput) else "plain"


@register.filter
def layout_of(bound: BoundField) -> str:
    """Class of a group of choices: "", "cards" or "seg"."""
    return getattr(bound.field.widget, "layout", "")


@register.filter
def count_errors(form: BaseForm) -> int:
    return sum(len(messages) for messages in form.errors.values())


# Charts and maps


@register.simple_tag(takes_context=True)
def chart(context: Context, chart: Any) -> SafeString:
    """A chart of `kiif.ui.charts` with its title, its reading, its table and its source."""
    return _chart(context, "chart", chart)


@register.simple_tag
def strip(chart: Any) -> SafeString:
    """The drawing alone of a `Strip`, for the cell of a table that says the rest in words."""
    mark: SafeString = chart.mark
    return mark


def _chart(context: Context, name: str, chart: Any) -> SafeString:
    found: Any = get_template(f"ui/charts/{name}.html")
    return SafeString(found.template.render(context.new({"chart": chart})))


@register.simple_tag(takes_context=True)
def map(context: Context, view: Any) -> SafeString:  # noqa: A001 -- the name of the tag
    """The map of a `kiif.ui.maps.MapView`; the page gives the list that says the same."""
    return _part(context, "map", view=view)


@register.filter
def json_data(value: Any) -> SafeString:
    """Data for a script, as a block that is read and never run."""
    return json_script(value)


@register.filter
def add_number(value: float, other: float) -> float:
    """A sum of coordinates (the filter `add` of Django knows whole numbers only)."""
    return round(value + other, 1)


# Numbers and dates


@register.filter
def localize_number(value: float | int | None) -> str:
    """A number as the reader writes it: 10 655 in French, 10,655 in English; an unknown value is a dash."""
    return "–" if value is None else number_format(value, use_l10n=True, force_grouping=True)
