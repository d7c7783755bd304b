"""In words: why this reader, what a sharing out lacks and what would help, what to know of the scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from kiif.alliance import departments
from kiif.organisations.enums import Theme
from kiif.programmes.models import Call
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of, newest

REASONS: Final[dict[str, Any]] = {
    "done": gettext_lazy("read already"),
    "forced": gettext_lazy("chosen by hand"),
    "calibration": gettext_lazy("read by everybody"),
    "kept": gettext_lazy("as before"),
    "theme": gettext_lazy("knows the theme"),
    "territory": gettext_lazy("knows the territory"),
    "skill": gettext_lazy("has the skill"),
    "balance": gettext_lazy("has room"),
}
OBSTACLES: Final[dict[str, Any]] = {
    "has-it": pgettext_lazy("reviewers who", "read it already"),
    "conflict": pgettext_lazy("reviewers who", "are in conflict of interest"),
    "forbidden": pgettext_lazy("reviewers who", "must not, as somebody decided or because they were asked something"),
    "language": pgettext_lazy("reviewers who", "do not read its language"),
    "organisation": pgettext_lazy("reviewers who", "come from a house that reads it enough"),
    "full": pgettext_lazy("reviewers who", "have no room left"),
}
KINDS: Final[dict[str, Any]] = {
    "language": gettext_lazy("language"),
    "theme": gettext_lazy("theme"),
    "territory": gettext_lazy("department"),
    "skill": gettext_lazy("skill"),
}
_LANGUAGES: Final[dict[str, Any]] = {
    "fr": pgettext_lazy("language", "French"), "en": pgettext_lazy("language", "English"), "de": gettext_lazy("German"),
    "es": gettext_lazy("Spanish"), "it": gettext_lazy("Italian"), "oc": gettext_lazy("Occitan"),
    "br": gettext_lazy("Breton"), "eu": gettext_lazy("Basque"), "ca": gettext_lazy("Catalan"),
}  # fmt: skip


def theme_labels(call: Call) -> dict[str, str]:
    """Words of the themes of the directory, and of the choices of the call’s own form."""
    labels = {str(code): str(label) for code, label in Theme.choices}
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    if version is None:
        return labels
    definition, language = definition_of(version), get_language() or "fr"
    for fact in ("themes", "challenges"):
        question: Any = definition.by_id.get((call.facts or {}).get(fact, ""))
        for choice in getattr(question, "choices", ()):
            labels.setdefault(choice.key, said(choice.label, language, definition.languages))
    return labels


def named(kind: str, code: str, labels: Mapping[str, str]) -> str:
    """A code in words: a theme, a department, a language; a skill is its own word."""
    if kind == "territory":
        return f"{departments.name_of(code)} ({code})"
    if kind == "language":
        return str(_LANGUAGES.get(code, code))
    return labels.get(code, code)


def reasons(row: Iterable[Iterable[str]], labels: Mapping[str, str]) -> list[str]:
    """Why somebody reads something: each reason with what is shared."""
    out = []
    for code, *words in (list(reason) for reason in row):
        text = str(REASONS.get(code, code))
        named_words = ", ".join(named(code, word, labels) for word in words)
        out.append(_("%(reason)s: %(words)s") % {"reason": text, "words": named_words} if named_words else text)
    return out


def obstacles(counted: Mapping[str, int]) -> list[str]:
    """Of the reviewers who cannot take a dossier, how many for which reason."""
    return [f"{number} {OBSTACLES[code]}" for code, number in counted.items() if code in OBSTACLES]


def shortage(missing: int) -> str:
    return ngettext("%(n)s read is missing", "%(n)s reads are missing", missing) % {"n": missing}


def way(remedy: str, reads: int, people: list[str]) -> str:
    """What would give back some of the missing reads, as a sentence."""
    names = ", ".join(people[:6]) + (_(" and others") if len(people) > 6 else "")
    texts = {
        "recruit": _("ask somebody new, free of conflict: up to %(n)s reads"),
        "places": _("ask %(names)s to read more: up to %(n)s reads"),
        "language": _("find out whether %(names)s may read this language: up to %(n)s reads"),
        "forbidden": _("lift a decision that keeps %(names)s away: up to %(n)s reads"),
        "organisation": _("let one more person of the same house read (%(names)s): up to %(n)s reads"),
    }
    return texts.get(remedy, "%(names)s (%(n)s)") % {"n": reads, "names": names}


def compared(value: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, this plan, the simple method) for the figures that people read."""
    rows = (
        (_("reads missing"), "missing", 0),
        (_("readers of the theme, the territory or the skill not found"), "unmet", 0),
        (_("reads that move from the sharing out before"), "moved", 0),
        (_("how well readers fit, out of 100"), "affinity", 100),
    )
    return [(label, _figure(value[key], scale), _figure(baseline[key], scale)) for label, key, scale in rows]


def _figure(value: float, scale: int) -> str:
    return str(round(value * scale)) if scale else str(int(value))


def worth(value: Mapping[str, Any], baseline: Mapping[str, Any]) -> str:
    """In a sentence, what the optimal plan brings over the simple method."""
    if value["missing"] < baseline["missing"]:
        fewer = baseline["missing"] - value["missing"]
        return ngettext("It finds %(n)s read that the simple method does not.",
                        "It finds %(n)s reads that the simple method does not.", fewer) % {"n": fewer}  # fmt: skip
    if value["unmet"] < baseline["unmet"]:
        fewer = baseline["unmet"] - value["unmet"]
        return ngettext("It finds %(n)s reader who knows the subject that the simple method does not.",
                        "It finds %(n)s readers who know the subject that the simple method does not.",
                        fewer) % {"n": fewer}  # fmt: skip
    if value["score"] > baseline["score"] + 1e-5:
        return _("Its readers fit better, and their loads are more even.")
    return _("The simple method does as well this time.")


def cautions(findings: Mapping[str, Any]) -> list[str]:
    """What to know before using corrected scores, in sentences."""
    if findings.get("correction") == "impossible":
        return [_("There are not enough marks to correct anything yet: only raw scores are shown.")]
    out = []
    for kind, keys in findings.get("notes", ()):
        if kind == "disconnected":
            out.append(
                ngettext(
                    "%(n)s application is linked to the others by no common reader: its scores compare only if the "
                    "groups are alike. One more read by somebody of another group mends it.",
                    "%(n)s applications are linked to the others by no common reader: their scores compare only if the "
                    "groups are alike. One more read by somebody of another group mends it.",
                    len(keys),
                )
                % {"n": len(keys)}
            )
        elif kind in _NOTES:
            out.append(_NOTES[kind](len(keys)))
    return out


def _few_marks(number: int) -> str:
    return ngettext("%(n)s reviewer gave fewer than five marks: how severe they are is little more than a guess.",
                    "%(n)s reviewers gave fewer than five marks: how severe they are is little more than a guess.",
                    number) % {"n": number}  # fmt: skip


def _few_reads(number: int) -> str:
    return ngettext("%(n)s application was read fewer than three times: its score depends on who read it.",
                    "%(n)s applications were read fewer than three times: their scores depend on who read them.",
                    number) % {"n": number}  # fmt: skip


_NOTES: Final[dict[str, Any]] = {
    "few-marks": _few_marks,
    "few-reads": _few_reads,
    "no-severity": lambda number: _(
        "No difference of severity shows between reviewers: corrected and raw scores agree."
    ),
    "no-difference": lambda number: _(
        "No difference shows between applications beyond chance: do not rank them by these."
    ),
}


def agreement(alpha: float | None) -> str:
    """Krippendorff’s alpha in words; the bounds are those that its author gives (0.8, 0.667)."""
    if alpha is None:
        return _("It cannot be told yet.")
    if alpha >= 0.8:
        return _("Readers agree well: their marks can be relied upon as they are.")
    if alpha >= 0.667:
        return _("Readers agree enough for careful conclusions.")
    if alpha >= 0.3:
        return _("Readers agree a little: three reads and a discussion are needed, as in most committees.")
    return _("Readers hardly agree: look at the rubric and at the disagreements before trusting the order.")


def dispute(disagreement: float | None) -> str:
    """A disagreement in words."""
    if disagreement is None:
        return ""
    if disagreement >= 0.99:
        return _("very strong")
    if disagreement >= 0.95:
        return _("strong")
    return _("some") if disagreement >= 0.8 else _("ordinary")
