"""Frame, preferences, errors, home, today: what a person sees and in which language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.timezone import localdate

from kiif.ui import home, navigation, shell, today
from kiif.ui.components import TimelineItem, page_window
from kiif.ui.today import Gesture, relative_day
from kiif.ui.views import errors
from tests.factories import World, make_user, sign_in

PUBLIC = ("/accessibilite", "/vie-privee", "/code-source", "/?public")


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty registries, filled by the test alone."""
    for module, names in (
        (shell, ("_banners", "_identity", "_language_listeners")),
        (today, ("_sources", "_providers", "_activity")),
        (home, ("_hero", "_coverage")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, [])
    for module, name in ((shell, "_panels"), (home, "_sections"), (home, "_figures"), (home, "_doors")):
        monkeypatch.setattr(module, name, {})


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_public_pages_are_open_and_well_formed(client: Client, db: None, address: str, language: str) -> None:
    page = client.get(address, headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert 'href="#content"' in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"\son[a-z]+=", page)


def test_titles_are_unique(client: Client, db: None) -> None:
    titles = [re.search("<title>(.*?)</title>", client.get(address).content.decode(), re.S) for address in PUBLIC]
    assert len({title.group(1) for title in titles if title}) == len(PUBLIC)


# Preferences


def test_theme_is_remembered_and_leads_back(client: Client, db: None) -> None:
    response = client.post("/couleurs", {"theme": "dark", "next": "/accessibilite"})
    assert response["Location"] == "/accessibilite"
    assert 'data-theme="dark"' in client.get("/accessibilite").content.decode()
    client.post("/couleurs", {"theme": "light"})
    assert 'data-theme="light"' in client.get("/accessibilite").content.decode()
    client.post("/couleurs", {"theme": ""})
    assert "data-theme" not in client.get("/accessibilite").content.decode()


def test_a_theme_that_does_not_exist_is_none(client: Client, db: None) -> None:
    client.cookies["kiif_theme"] = '"><script>'
    assert "data-theme" not in client.get("/accessibilite").content.decode()


def test_language_is_remembered_and_told_to_who_listens(client: Client, registries: None) -> None:
    told: list[str] = []
    shell.register_language_listener(lambda request, code: told.append(code))
    client.post("/langue", {"language": "en"})
    assert '<html lang="en"' in client.get("/accessibilite").content.decode()
    client.post("/langue", {"language": "xx"})
    client.post("/langue", {})
    assert told == ["en"]


@pytest.mark.parametrize("address", ["https://ailleurs.test/", "//ailleurs.test", "javascript:alert(1)", ""])
def test_preferences_never_lead_elsewhere(client: Client, address: str) -> None:
    assert client.post("/langue", {"language": "en", "next": address})["Location"] == "/"


@pytest.mark.parametrize("address", ["/langue", "/couleurs"])
def test_preferences_are_posted(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405


# Errors


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.permission_denied, 403),
        (errors.page_not_found, 404),
        (errors.csrf_failure, 403),
    ],
)
def test_error_pages_say_something_and_show_a_way_out(rf: RequestFactory, db: None, view: Any, status: int) -> None:
    request = rf.get("/")
    response = view(request)
    page = response.content.decode()
    assert response.status_code == status
    assert page.count("<h1>") == 1
    assert 'href="/"' in page


def test_the_reason_of_a_refusal_is_shown_and_escaped(rf: RequestFactory) -> None:
    page = errors.permission_denied(rf.get("/"), PermissionError("Only <managers> invite.")).content.decode()
    assert "Only &lt;managers&gt; invite." in page


@pytest.mark.parametrize(("view", "status"), [(errors.server_error, 500), (errors.unavailable, 503)])
def test_the_last_pages_need_no_database(rf: RequestFactory, view: Any, status: int) -> None:
    with connection.execute_wrapper(lambda *args: pytest.fail("the database was asked")):
        response = view(rf.get("/"))
    assert response.status_code == status
    assert "<h1>" in response.content.decode()


@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}, DEBUG=False
)
def test_an_error_page_shows_even_without_the_manifest_of_assets(rf: RequestFactory) -> None:
    assert "/static/build/app-style.css" in errors.server_error(rf.get("/")).content.decode()


def test_unknown_page_is_a_404_with_the_frame(client: Client, db: None) -> None:
    response = client.get("/nulle-part")
    assert response.status_code == 404
    assert 'class="mast"' in response.content.decode()


def test_htmx_gets_the_refusal_without_the_frame(client: Client, db: None) -> None:
    page = client.get("/nulle-part", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" in page
    assert "<html" not in page


# Frame


def test_banners_panels_and_identity_come_from_higher_floors(world: World, registries: None) -> None:
    shell.register_banner(lambda actor, request: format_html("<p>{}</p>", "<b>attention</b>"))
    shell.register_banner(lambda actor, request: None)
    shell.register_identity(lambda: shell.Identity("L’alliance", "Dix incubateurs dans neuf régions."))
    page = world.client("advisor").get("/accessibilite").content.decode()
    assert "<p>&lt;b&gt;attention&lt;/b&gt;</p>" in page
    assert page.count('class="banner"') == 1
    assert "Dix incubateurs dans neuf régions." in page


def test_navigation_marks_where_one_is_and_survives_a_wrong_name(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    navigation.register(navigation.Entry("Privacy", "privacy", 20, navigation.everyone))
    navigation.register(navigation.Entry("Nowhere", "no-such-page", 10, navigation.everyone))
    navigation.register(navigation.Entry("Hidden", "source", 30, lambda actor: False))
    request = rf.get("/vie-privee")
    request.resolver_match = type("Match", (), {"view_name": "privacy"})()
    items = navigation.items_for(request)
    assert [(item.label, item.url, item.current) for item in items["main"]] == [("Privacy", "/vie-privee", True)]
    assert navigation.missing() == ["no-such-page"]


def test_every_entry_of_the_navigation_leads_somewhere() -> None:
    assert navigation.missing() == []


def test_style_guide_is_for_the_team(world: World) -> None:
    assert world.client("visitor").get("/style").status_code == 302
    assert sign_in(make_user()).get("/style").status_code == 403
    page = sign_in(make_user(is_staff=True)).get("/style")
    assert page.status_code == 200
    assert " style=" not in page.content.decode()


# Home


def test_home_shows_only_what_is_there(client: Client, db: None, registries: None) -> None:
    page = client.get("/").content.decode()
    assert '<svg class="atlas"' not in page
    assert "figures" not in page.split("<main")[1]
    assert page.count("btn go") == 1


def test_home_shows_what_higher_floors_give(client: Client, db: None, registries: None) -> None:
    home.register_hero(lambda: home.Hero(title="Chez nous", lead="Une phrase.", action=("Candidater", "/vie-privee")))
    home.register_coverage(
        lambda: home.Coverage((home.Member("Atelier", "Ici", ("33", "24")), home.Member("Partout")), "Une note.")
    )
    home.register_figures(1, lambda actor: [home.Figure(27, "antennes", "Annuaire, 2026")])
    home.register_section(2, lambda actor: format_html("<section>{}</section>", "deux"))
    home.register_section(1, lambda actor: format_html("<section>{}</section>", "un"))
    home.register_door(home.Door("Qui", "Texte", "privacy"))
    home.register_door(home.Door("Porte fermée", "Texte", "no-such-page"))
    page = client.get("/").content.decode()
    assert "Chez nous" in page
    assert "Une phrase." in page
    assert "Candidater" in page
    assert "Atelier" in page
    assert "33, 24" in page
    assert page.index("un</section>") < page.index("deux</section>")
    assert "Annuaire, 2026" in page
    assert "Qui" in page
    assert "Porte fermée" not in page


def test_a_signed_in_person_lands_where_their_work_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_landings", {})
    client = world.client("advisor")
    assert client.get("/").status_code == 200
    home.register_landing(2, lambda actor: "/aujourdhui" if actor.user else None)
    home.register_landing(1, lambda actor: None)
    assert client.get("/")["Location"] == "/aujourdhui"
    assert client.get("/?public").status_code == 200
    assert world.client("visitor").get("/").status_code == 200


# Today


def test_gestures_come_late_first_then_by_day_then_without_date(registries: None) -> None:
    day = localdate()
    given = [
        Gesture(t, "x", "/", "Go", due)
        for t, due in (("c", None), ("b", day + timedelta(3)), ("a", day - timedelta(2)))
    ]
    today.register_known(lambda actor: given[:2])
    today.register_known(lambda actor: given[2:])
    found = today.gestures(None)
    assert [gesture.title for gesture in found] == ["a", "b", "c"]
    assert [gesture.is_late for gesture in found] == [True, False, False]


def test_today_counts_and_shows(world: World, registries: None) -> None:
    late = Gesture("Signer <b>", "La Bricole", "/vie-privee", "Signer", localdate() - timedelta(1), "LB")
    today.register_known(lambda actor: [late, *(Gesture(f"g{i}", "x", "/", "Go") for i in range(13))])
    today.register_activity(lambda actor: [TimelineItem(localdate(), "Invitation envoyée")])
    client = world.client("advisor")
    page = client.get("/aujourdhui").content.decode()
    assert "Signer &lt;b&gt;" in page
    assert page.count('class="late"') == 1
    assert 'href="?tout"' in page
    assert page.count('class="btn q s" href') == 12
    assert client.get("/aujourdhui?tout").content.decode().count('class="btn q s" href') == 14
    assert "Invitation envoyée" in page


def test_today_is_for_signed_in_people(client: Client, db: None) -> None:
    assert client.get("/aujourdhui").status_code == 302


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "Today"),
        (1, "Tomorrow"),
        (-1, "Yesterday"),
        (4, "In 4 days"),
        (-3, "3 days ago"),
        (21, "In 3 weeks"),
        (-30, "4 weeks ago"),
        (90, "In 3 months"),
        (-400, "13 months ago"),
    ],
)
def test_days_are_said_as_people_say_them(days: int, text: str) -> None:
    with translation.override("en"):
        assert relative_day(date(2026, 5, 6) + timedelta(days), date(2026, 5, 6)) == text


def test_a_gesture_due_at_an_hour_says_it() -> None:
    moment = datetime(2031, 5, 6, 16, 0, tzinfo=UTC)
    with translation.override("fr"):
        gesture = Gesture("t", "a", "/", "Go", moment)
        assert gesture.exactly == "6 mai 2031, 18\u202fh\u202f00"
        assert gesture.day == date(2031, 5, 6)


def test_a_gesture_due_at_midnight_says_its_day_alone() -> None:
    midnight = datetime(2031, 5, 5, 22, 0, tzinfo=UTC)  # in Paris
    with translation.override("fr"):
        gesture = Gesture("t", "a", "/", "Go", midnight)
        assert gesture.exactly == "6 mai 2031"
        assert gesture.when == relative_day(date(2031, 5, 6))


# Small parts


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (6, 20, [1, 0, 4, 5, 6, 7, 8, 0, 20]),
        (4, 8, [1, 2, 3, 4, 5, 6, 7, 8]),
        (20, 20, [1, 0, 18, 19, 20]),
    ],
)
def test_page_window(current: int, last: int, shown: list[int]) -> None:
    assert page_window(current, last) == shown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            '{% button kind="go" hx_post="/a" disabled=True name=None %}<b>x</b>{% endbutton %}',
            '<button type="submit" class="btn go" hx-post="/a" disabled><b>x</b></button>',
        ),
        ('{% tag value "o" %}', '<span class="tag o">&lt;i&gt;</span>'),
        ('{% url_or_none "no-such-page" %}', ""),
        ('{% url_or_none "privacy" %}', "/vie-privee"),
        ("{{ number|localize_number }} {{ nothing|localize_number }}", "10\u202f655 –"),
    ],
)
def test_small_tags(source: str, expected: str) -> None:
    with translation.override("fr"):
        assert Template(source).render(Context({"value": "<i>", "number": 10655, "nothing": None})) == expected


def test_crumbs_and_facts_escape() -> None:
    source = '{% crumbs name "/a" %}{% facts pairs %}'
    page = Template(source).render(Context({"name": "<x>", "pairs": [("a", "<y>"), ("empty", None)]}))
    assert "&lt;x&gt;" in page
    assert "&lt;y&gt;" in page
    assert "empty" not in page


def test_progress_without_total_has_no_value() -> None:
    page = Template('{% progress None None "Import" %}{% progress 3 10 "Import" %}').render(Context())
    assert page.count("value=") == 1
    assert 'value="30"' in page
