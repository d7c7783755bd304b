from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from kiif.config.messages import catalogues, checks
from kiif.config.messages.__main__ import check
from kiif.config.messages.extract import sentences_of

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    (folder / "templates" / "house").mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        "a = _('Save')\nb = ngettext('%(n)d person', '%(n)d people', n)\nc = pgettext('month', 'May')\n"
    )
    (folder / "templates" / "house" / "page.html").write_text(
        "{% load i18n %}\n      <h1>{% translate 'Hello' %}</h1>\n  {% blocktranslate trimmed %}\n"
        "    You have {{ n }} mails,\n    {{ name }}.\n  {% endblocktranslate %}\n"
        "   {% button _('Send') %}{{ x|default:_('none') }}\n"
        "{% blocktranslate count n=n %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}"
    )
    return folder


def test_every_form_of_sentence_is_found(package: Path) -> None:
    found = {(s.text, s.context, s.file) for s in sentences_of(package)}
    page = "templates/house/page.html"
    assert found == {
        ("Save", None, "__init__.py"),
        (("%(n)d person", "%(n)d people"), None, "__init__.py"),
        ("May", "month", "__init__.py"),
        ("Hello", None, page),
        ("You have %(n)s mails, %(name)s.", None, page),
        ("Send", None, page),
        ("none", None, page),
        (("%(n)s file", "%(n)s files"), None, page),
    }


def test_the_same_sources_give_the_same_bytes_and_keep_translations(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    kept = Catalog(locale="fr")
    kept.add("Save", "Enregistrer")
    kept.add("Gone", "Parti")
    path.write_text(catalogues.text_of(catalogues.fresh(package, kept)))
    first = path.read_text()
    again = catalogues.text_of(catalogues.fresh(package, catalogues.load(path)))
    assert again == first
    assert 'msgid "Save"\nmsgstr "Enregistrer"' in first
    assert '#~ msgid "Gone"' in first
    assert "POT-Creation-Date" not in first
    assert "#: __init__.py\n" in first
    pruned = catalogues.text_of(catalogues.fresh(package, catalogues.load(path), prune=True))
    assert "Gone" not in pruned


def test_a_sentence_that_comes_back_finds_its_translation(package: Path) -> None:
    old = Catalog(locale="fr")
    old.add("Save", "Enregistrer")
    old.obsolete = {"Save": old["Save"]}
    old.delete("Save")
    assert catalogues.fresh(package, old)["Save"].string == "Enregistrer"


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("It is done", "C’est fait", None),
        ("It is done", "C'est fait", "apostrophe"),
        ("Done!", f"Fait{NARROW}!", None),
        ("Done!", "Fait !", "U+202F"),
        ("Done!", "Fait!", "U+202F"),
        ("Name:", f"Nom{NO_BREAK}:", None),
        ("Name:", "Nom :", "colon"),
        ("At 10:30", "À 10:30", None),
        ("The “x”", f"Le «{NO_BREAK}x{NO_BREAK}»", None),
        ("The “x”", "Le « x »", "« »"),
        ("The “x”", 'Le "x"', "quotes"),
        ("Wait…", "Attendez...", "dots"),
        ("%(n)s mails", "%(n)s courriels", None),
        ("%(n)s mails", "%(m)s courriels", "placeholders"),
        ("%(n)s mails", "Des courriels", "placeholders"),
        ("{name} came", "{name} est venu·e", None),
        ('<a href="%(url)s">Go</a>', '<a href="%(url)s">Aller</a>', None),
        ('<a href="%(url)s">Go</a>', "Aller %(url)s", "tags"),
        ("Save", "", "not translated"),
    ],
)
def test_a_fault_is_seen(text: str, translation: str, fault: str | None) -> None:
    found = list(checks.faults(Message(text, translation)))
    if fault is None:
        assert found == []
    else:
        assert any(fault in sentence for sentence in found), found


def test_a_fuzzy_entry_is_refused() -> None:
    assert "fuzzy" in next(iter(checks.faults(Message("Save", "Enregistrer", flags=["fuzzy"]))))


def test_two_apps_may_not_translate_a_sentence_differently() -> None:
    one, two = Catalog(locale="fr"), Catalog(locale="fr")
    one.add("Home", "Accueil")
    two.add("Home", "Maison")
    two.add("Same", "Pareil")
    assert len(list(checks.disagreements({Path("one"): one, Path("two"): two}))) == 1


def test_the_catalogues_of_the_house_are_complete() -> None:
    assert check(catalogues.packages()) == []


def test_compiling_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "house" / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").touch()
    catalogue = Catalog(locale="fr")
    catalogue.add("Save", "Enregistrer")
    (folder / "django.po").write_text(catalogues.text_of(catalogue))
    assert catalogues.compile_all(tmp_path) == 1
    assert catalogues.compile_all(tmp_path) == 0
    assert b"Enregistrer" in (folder / "django.mo").read_bytes()
