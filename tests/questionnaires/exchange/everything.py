"""A form with every kind of question, sound and bilingual: what other tools must accept."""

from __future__ import annotations

from typing import Any

from kiif.questionnaires.definition import Definition, read


def both(words: str) -> dict[str, str]:
    return {"fr": words, "en": f"{words} (en)"}


def choices(*keys: str, **more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "label": both(key.upper()), **more.get(key, {})} for key in keys]


QUESTIONS: list[dict[str, Any]] = [
    {"kind": "choice", "name": "kind", "choices": choices("a", "b", "c"), "other": True, "compact": True},
    {"kind": "text", "name": "short", "required": True, "max_chars": 80, "pattern_example": "AB-12",
    "hint": both("Aide"),
     "guide": both("Guide"), "constraint": "regex(., '[A-Z].*')", "message": both("Une majuscule.")},
    {"kind": "long_text", "name": "long", "max_words": 300, "lines": 12, "relevant": "${kind} = 'a' or ${short} != ''"},
    {"kind": "rich_text", "name": "rich"},
    {"kind": "number", "name": "people", "unit": both("personnes"), "minimum": 0, "maximum": 500,
    "constraint": ". mod 1 = 0",
     "message": both("Entier."), "required_if": "${kind} = 'b'"},
    {"kind": "money", "name": "budget", "minimum": 0, "cents": True, "unknown": True, "soft": True},
    {"kind": "percent", "name": "share", "decimals": 1},
    {"kind": "date", "name": "born", "earliest": "2000-01-01", "latest": "2030-12-31"},
    {"kind": "period", "name": "season"},
    {"kind": "choices", "name": "themes", "other": True, "at_most": 3, "choices": choices("water", "soil", "none",
    "air",
     none={"exclusive": True}, soil={"relevant": "${kind} = 'a'"}, air={"relevant": "${people} > 3"})},
    {"kind": "ranking", "name": "order", "choices": choices("x", "y", "z"), "at_most": 2},
    {"kind": "grid", "name": "mood", "rows": choices("1", "r2", r2={"relevant": "${kind} = 'a'"}),
    "columns": choices("low", "high"),
     "required": True},
    {"kind": "scale", "name": "mark", "low": 0, "high": 10, "low_label": both("pas du tout"),
    "high_label": both("tout à fait")},
    {"kind": "yes_no", "name": "agree", "reason": "no", "reason_label": both("Pourquoi ?")},
    {"kind": "email", "name": "mail"},
    {"kind": "phone", "name": "phone", "refusal": True},
    {"kind": "url", "name": "site"},
    {"kind": "address", "name": "place"},
    {"kind": "territories", "name": "where", "levels": ["commune", "drawn"], "at_most": 5},
    {"kind": "organisation", "name": "structure", "unregistered": False},
    {"kind": "files", "name": "papers", "at_most": 3, "accepted": ["pdf"], "model": "m1",
    "model_label": both("Modèle")},
    {"kind": "table", "name": "costs", "min_rows": 1, "max_rows": 8, "columns": [
        {"id": "c_what", "name": "what", "label": both("Quoi"), "required": True},
        {"id": "c_n000", "name": "n", "label": both("Nombre"), "kind": "number", "minimum": 0},
        {"id": "c_price", "name": "price", "label": both("Prix"), "kind": "money", "decimals": 2, "total": True},
        {"id": "c_kind", "name": "nature", "label": both("Nature"), "kind": "choice", "choices": choices("pay", "buy")},
        {"id": "c_sure", "name": "sure", "label": both("Sûr"), "kind": "yes_no"},
        {"id": "c_line", "name": "line", "label": both("Total"), "kind": "calculated",
        "calculation": "${n} * ${price}"},
    ]},
    {"kind": "calculated", "name": "total", "calculation": "sum(${costs.line}) + ${budget}", "result": "money",
    "decimals": 2},
    {"kind": "consent", "name": "consent", "text": both("J’accepte la charte."), "text_version": "2", "required": True},
    {"kind": "signature", "name": "sign", "statement": both("Je certifie que c’est exact.")},
    {"kind": "note", "name": "thanks", "label": both("Merci ${short} : ${total} €"),
     "relevant": "${mood.r2} = 'high' and ${season.start} < today() and ${consent} = 'yes' and ${agree} = 'yes'"},
]  # fmt: skip


def everything() -> Definition:
    rows = [
        {"id": f"q_{place:04}", "label": both(f"Question {row['name']}"), **row} for place, row in enumerate(QUESTIONS)
    ]
    pages = [
        {"id": "p_0001", "title": both("Première page"), "questions": rows[:10]},
        {"id": "p_0002", "relevant": "${kind} != ''", "questions": rows[10:]},
    ]
    return read(
        {
            "title": both("Tout"),
            "description": both("Tout ce qui se demande."),
            "languages": ["fr", "en"],
            "variants": [{"key": "atis", "label": both("ATIS")}],
            "sections": [
                {
                    "id": "s_0001",
                    "title": both("Partie"),
                    "description": both("Début"),
                    "variants": ["atis"],
                    "pages": pages,
                }
            ],
        }
    )
