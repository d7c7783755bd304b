"""Definitions drawn at random, valid in their shape if not always sensible: what designers may well write."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kiif.questionnaires.definition import Definition, read

LANGUAGES = ("fr", "en", "br")
_CHARS = st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x1F9FF)
WORDS = st.one_of(
    st.sampled_from(
        [
            "Nom",
            "L’été ?",
            "=1+1",
            "@cmd",
            "a ${q0} b",
            "x" * 200,
            "ligne 1\nligne 2",
            "_x0041_",
            "a\rb",
            "5",
            "true",
            "\ufffe",
        ]
    ),
    st.text(_CHARS, min_size=1, max_size=20),
)
EXPRESSIONS = st.sampled_from(
    ["", "${q0} = 'a'", "selected(${q1}, 'b')  and ${q2} > 3", "1 +", "nonsense ${", "${q0.coded} = 'unknown'",
    ". != ''",
     "sum(${q3.a}) * 2", "${a} * ${b}", "regex(., '[a-z]{2}')", "“curly”", "if(${q0} = '', 1, 2)"]
)  # fmt: skip
KEYS = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,6}\Z")
NUMBERS = st.one_of(st.none(), st.integers(-5, 500), st.floats(-100, 100, allow_nan=False).map(lambda n: round(n, 3)))
COUNTS = st.one_of(st.none(), st.integers(0, 300))


def texts(least: int = 0) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(LANGUAGES), WORDS, min_size=least, max_size=2)


def choices(most: int = 4) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {"key": KEYS, "label": texts()}, optional={"exclusive": st.booleans(), "relevant": EXPRESSIONS}
    )
    return st.lists(one, max_size=most, unique_by=lambda choice: choice["key"])


def columns() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {
            "label": texts(),
            "kind": st.sampled_from(
                ["text", "number", "money", "percent", "date", "choice", "yes_no", "calculated"]
            ),
        },
        optional={
            "required": st.booleans(), "choices": choices(), "unit": texts(), "decimals": st.integers(0, 6),
            "minimum": NUMBERS, "maximum": NUMBERS, "calculation": EXPRESSIONS, "total": st.booleans(),
        },
    )  # fmt: skip
    return st.lists(one, max_size=4).map(
        lambda rows: [row | {"id": f"c_{place:04}", "name": "abcd"[place]} for place, row in enumerate(rows)]
    )


MORE: dict[str, dict[str, Any]] = {
    "text": {"max_chars": COUNTS, "min_words": COUNTS, "max_words": COUNTS, "pattern_example": WORDS},
    "long_text": {"lines": st.integers(2, 40), "max_chars": COUNTS},
    "rich_text": {"max_words": COUNTS},
    "number": {"unit": texts(), "decimals": st.integers(0, 6), "minimum": NUMBERS, "maximum": NUMBERS},
    "money": {"cents": st.booleans(), "minimum": NUMBERS, "maximum": NUMBERS},
    "percent": {"decimals": st.integers(0, 6), "minimum": NUMBERS, "maximum": NUMBERS},
    "date": {"earliest": st.sampled_from(["2026-01-01"]), "latest": st.sampled_from(["2026-12-31"])},
    "period": {"earliest": st.sampled_from(["2026-01-01"])},
    "choice": {"choices": choices(), "other": st.booleans(), "compact": st.booleans()},
    "choices": {"choices": choices(), "other": st.booleans(), "at_least": COUNTS, "at_most": COUNTS},
    "ranking": {"choices": choices(), "at_least": COUNTS, "at_most": COUNTS},
    "grid": {"rows": choices(), "columns": choices(9)},
    "scale": {"low": st.integers(-10, 5), "high": st.integers(6, 10), "low_label": texts(), "high_label": texts()},
    "yes_no": {"reason": st.sampled_from(["never", "yes", "no", "always"]), "reason_label": texts()},
    "email": {}, "phone": {}, "url": {}, "address": {}, "note": {},
    "territories": {"levels": st.just(["commune", "drawn"]), "at_least": COUNTS, "at_most": st.integers(1, 200)},
    "organisation": {"unregistered": st.booleans()},
    "files": {"at_most": st.integers(1, 20), "accepted": st.just(["pdf"]), "model": WORDS, "model_label": texts()},
    "table": {"columns": columns(), "min_rows": st.integers(0, 3), "max_rows": st.integers(3, 200)},
    "calculated": {
        "calculation": EXPRESSIONS, "result": st.sampled_from(["number", "money", "percent", "text", "boolean",
        "date"]),
        "unit": texts(), "decimals": st.integers(0, 6), "shown": st.booleans(),
    },
    "consent": {"text": texts(), "text_version": st.sampled_from(["1", "2026-05"])},
    "signature": {"statement": texts()},
}  # fmt: skip
COMMON: dict[str, Any] = {
    "hint": texts(), "guide": texts(), "required": st.booleans(), "required_if": EXPRESSIONS, "relevant": EXPRESSIONS,
    "constraint": EXPRESSIONS, "message": texts(), "soft": st.booleans(), "unknown": st.booleans(),
    "refusal": st.booleans(),
}  # fmt: skip


def questions() -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(MORE)).flatmap(
        lambda kind: st.fixed_dictionaries({"kind": st.just(kind), "label": texts()}, optional={**COMMON, **MORE[kind]})
    )


PAGES = st.fixed_dictionaries(
    {"questions": st.lists(questions(), max_size=4)},
    optional={"title": texts(), "description": texts(), "relevant": EXPRESSIONS},
)
SECTIONS = st.fixed_dictionaries(
    {"title": texts(), "pages": st.lists(PAGES, max_size=3)},
    optional={"description": texts(), "relevant": EXPRESSIONS, "variants": st.just(["atis"])},
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "title": texts(),
        "languages": st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True),
        "variants": st.just([{"key": "atis", "label": {"fr": "ATIS"}}]),
        "sections": st.lists(SECTIONS, max_size=3),
    },
    optional={"description": texts()},
)


def numbered(document: dict[str, Any]) -> Definition:
    """The document with identifiers and names in order, read."""
    rank = pages = 0
    for place, section in enumerate(document["sections"]):
        section["id"] = f"s_{place:04}"
        for page in section["pages"]:
            page["id"], pages = f"p_{pages:04}", pages + 1
            for question in page["questions"]:
                question |= {"id": f"q_{rank:04}", "name": f"q{rank}"}
                rank += 1
    return read(document)


DEFINITIONS = DOCUMENTS.map(numbered)
