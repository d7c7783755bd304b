"""Open summaries: published by who runs a programme, read by anybody."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from defusedcsv import csv
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page
from kiif.programmes.models import Edition
from kiif.programmes.views.common import check
from kiif.steering import actions, protecting
from kiif.steering.models import OpenData
from kiif.ui.errors import Refused

#: What each column of the file holds.
FIELDS = ("table", "value", "label", "answer", "applicants", "hidden")


def fields() -> list[tuple[str, str]]:
    """The description of the fields, in words."""
    return [
        ("table", _("what applicants are told apart by")),
        ("value", _("a value of it, as a code; “other” puts together those that are too small")),
        ("label", _("the same in words")),
        ("answer", _("accepted, not_accepted, or total")),
        ("applicants", _("how many different applicants; empty when hidden")),
        ("hidden", _("1 when the count is hidden to protect people, else 0")),
    ]


def _published(public_id: UUID) -> OpenData:
    rows = OpenData.objects.public().select_related("edition__programme__owner")
    return get_object_or_404(rows, edition__public_id=public_id)


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every summary that is published."""
    rows = OpenData.objects.public().select_related("edition__programme__owner").order_by("-published_at")[:200]
    return render(request, "steering/open_data_list.html", {"rows": rows})


@login_not_required
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A summary in words and tables."""
    return render(request, "steering/open_data.html", context_of(_published(public_id)))


def context_of(found: OpenData) -> dict[str, Any]:
    return {
        "found": found,
        "content": found.content,
        "edition": found.edition,
        "tables": shown(found.content["tables"]),
        "fields": fields(),
    }


def shown(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables with the words of their columns."""
    words = protecting.OUTCOME_WORDS
    return [{**table, "heads": [words.get(answer, answer) for answer in table["answers"]]} for table in tables]


@login_not_required
@require_safe
def as_csv(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _published(public_id)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(FIELDS)
    writer.writerows(protecting.flat(found.content))
    return _file(HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8"), found, "csv")


@login_not_required
@require_safe
def as_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _published(public_id)
    document = {
        **found.content,
        "fields": dict(fields()),
        "publication": {"number": found.number, "at": found.published_at.isoformat(), "sha256": found.digest},
        "address": request.build_absolute_uri(found.get_absolute_url()),
    }
    return _file(JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1}), found, "json")


def _file(response: HttpResponse, found: OpenData, kind: str) -> HttpResponse:
    name = f"kiif-{found.edition.programme.slug}-{found.edition.slug}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _edition(request: HttpRequest, public_id: UUID) -> Edition:
    editions = Edition.objects.visible_to(of(request)).select_related("programme__owner")
    found: Edition = get_object_or_404(editions, public_id=public_id)
    sentence = _("Only the team that runs this programme publishes its open summary.")
    check("steering.publish_open_data", of(request), found, sentence)
    return found


def prepare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The summary as it would be published, then the click."""
    found, actor = _edition(request, public_id), of(request)
    refusal = protecting.why_not_publish(found)
    if request.method == "POST":
        try:
            made = actions.publish(edition=found, by=actor)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The summary is published: anybody may read and reuse it."))
            return redirect(made.get_absolute_url())
    calls = protecting.calls_of(found)
    context = {
        "edition": found,
        "programme": found.programme,
        "refusal": refusal,
        "tables": shown(protecting.lines(calls)) if not refusal else [],
        "published": OpenData.objects.visible_to(actor).filter(edition=found).first(),
        "fields": fields(),
        "licence": protecting.LICENCE,
    }
    return render(request, "steering/open_data_prepare.html", context, status=422 if request.method == "POST" else 200)


def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _edition(request, public_id)
    back = reverse("steering:edition", args=[found.public_id])

    def act() -> str:
        actions.withdraw(edition=found, by=of(request))
        messages.success(request, _("The summary is no longer published."))
        return back

    return confirm_page(
        request, act, title=_("Withdraw the open summary?"),
        consequences=[_("Its page and its files no longer answer."), _("Those who took it before keep it.")],
        verb=_("Withdraw"), back=back, crumbs=((_("Steering"), reverse("steering:home")), (str(found), back)),
    )  # fmt: skip
