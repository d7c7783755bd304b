"""The application form of Les Sentiers: sound, fast, and the same once it came back from a spreadsheet."""

from __future__ import annotations

import time

from kiif.questionnaires import audit, demo_sentiers, demo_sentiers_hosts, engine, exchange
from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.exchange import blank


def form() -> Definition:
    sections = [
        {
            "id": f"s_{place:04}",
            "title": dict(zip(("fr", "en"), part.title, strict=True)),
            "description": dict(zip(("fr", "en"), part.lead, strict=True)),
            "variants": [part.annex] if part.annex else [],
            "pages": [{"id": f"p_{place:02}{rank:02}", "questions": page} for rank, page in enumerate(part.pages)],
        }
        for place, part in enumerate(demo_sentiers.parts())
    ]
    variants = [
        {"key": key, "label": {"fr": name, "en": name}} for key, name, _departments in demo_sentiers_hosts.HOSTS
    ]
    return read(
        {"title": demo_sentiers.TITLE, "languages": ["fr", "en"], "variants": variants, "sections": sections}
    )  # fmt: skip


def test_it_may_be_published() -> None:
    report = audit.look(form())
    assert [(finding.code, finding.place, finding.sentence) for finding in report.blocking] == []
    assert [finding.code for finding in report.warnings if finding.code not in ("long", "no-message")] == []


def test_it_comes_back_identical_and_pyxform_has_nothing_to_say() -> None:
    definition = form()
    found = exchange.imported(exchange.workbook(definition))
    assert found.remarks == ()
    assert found.definition is not None
    assert found.definition.document() == definition.document()


def test_it_is_printed() -> None:
    assert blank.pdf(form(), "fr").startswith(b"%PDF")


def test_it_is_looked_at_in_a_blink() -> None:
    definition = form()
    start = time.perf_counter()
    audit.look(definition)
    assert time.perf_counter() - start < 3
    engine.state(definition, {})
    start = time.perf_counter()
    engine.state(definition, {})
    assert time.perf_counter() - start < 0.1  # a few milliseconds on a quiet machine
