"""``kiif questionnaire``: check, import and export forms (XLSForm or JSON) from the command line."""

from __future__ import annotations

import argparse
import gettext
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiif.questionnaires.definition import Definition
    from kiif.questionnaires.exchange import Imported, Remark

_ = gettext.gettext


class FormError(ValueError):
    """What a person can mend, in one sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds ``check``, ``import`` and ``export`` to a parser."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check | import | export")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text)

    check = add("check", _("say what is wrong with a form, sheet by sheet and line by line"))
    check.add_argument("file", type=Path, help=_("XLSForm workbook (.xlsx) or questionnaire (.json)"))
    bring = add("import", _("make a questionnaire from a form"))
    bring.add_argument("file", type=Path, help=_("XLSForm workbook (.xlsx) or questionnaire (.json)"))
    bring.add_argument("--owner", help=_("name in addresses of the body that it will belong to"))
    bring.add_argument("--title", default="", help=_("its title, instead of the form's"))
    bring.add_argument("--to", type=Path, help=_("only convert: the .json or .xlsx file to write"))
    take = add("export", _("write a questionnaire as a form"))
    take.add_argument("file", type=Path, help=_("the .xlsx, .json or .pdf file to write"))
    take.add_argument(
        "--from", dest="source", required=True, help=_("identifier of the questionnaire, or a .json or .xlsx file")
    )


def main(options: argparse.Namespace) -> int:
    """Runs one verb; returns the exit code. A refusal is one sentence on standard error."""
    from kiif.questionnaires.exchange import ExchangeError
    from kiif.ui.errors import Refused

    verbs: dict[str, Callable[[argparse.Namespace], int]] = {"check": _check, "import": _import, "export": _export}
    try:
        return verbs[options.verb](options)
    except (FormError, ExchangeError, Refused) as error:
        print(f"kiif: {error}", file=sys.stderr)
    except OSError as error:
        print(f"kiif: {error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def _read(path: Path) -> Imported:
    from kiif.questionnaires import exchange

    content = path.read_bytes()
    return exchange.from_json(content) if path.suffix.lower() == ".json" else exchange.imported(content)


def _told(remark: Remark) -> str:
    words = {"error": _("error"), "loss": _("left out"), "warning": _("to look at")}[remark.severity]
    return " – ".join(filter(None, (words, remark.place, remark.sentence)))


def _check(options: argparse.Namespace) -> int:
    """0: may be published; 1: something forbids it."""
    from kiif.questionnaires import audit

    found = _read(options.file)
    for remark in found.remarks:
        print(_told(remark))
    if found.definition is None:
        return 1
    report = audit.look(found.definition)
    for finding in report.findings:
        severity = _("error") if finding.severity == "blocking" else _("to look at")
        question = found.definition.by_id.get(finding.place)
        place = question.name if question else finding.place
        print(" – ".join(filter(None, (severity, place, finding.sentence, finding.advice))))
    questions = len(found.definition.by_id)
    print(
        _("%(questions)s questions, about %(minutes)s minutes.") % {"questions": questions, "minutes": report.minutes}
    )
    return 0 if report.publishable else 1


def _definition(path: Path) -> Definition:
    found = _read(path)
    for remark in found.remarks:
        print(_told(remark), file=sys.stderr)
    if found.definition is None:
        raise FormError(_("Nothing was read: the form holds errors."))
    return found.definition


def _import(options: argparse.Namespace) -> int:
    if options.to is None and not options.owner:
        raise FormError(_("Say who it will belong to (--owner), or which file to write (--to)."))
    definition = _definition(options.file)
    if options.to is not None:
        _write(definition, options.to)
        return 0
    from kiif.accounts import actor
    from kiif.alliance.models import Body
    from kiif.questionnaires.actions import design
    from kiif.questionnaires.definition import said

    owner = Body.objects.filter(slug=options.owner).first()
    if owner is None:
        raise FormError(_("No body is called “%(name)s” in addresses.") % {"name": options.owner})
    title = options.title or said(definition.title, definition.languages[0]) or options.file.stem
    made = design.create_questionnaire(
        by=actor.system("questionnaire import"), owner=owner, title=title, document=definition.document()
    )
    print(made.public_id)
    return 0


def _export(options: argparse.Namespace) -> int:
    _write(_source(options.source), options.file)
    return 0


def _source(source: str) -> Definition:
    """The definition of a file, or the draft of a questionnaire of this instance."""
    if Path(source).suffix.lower() in (".json", ".xlsx"):
        return _definition(Path(source))
    from uuid import UUID

    from kiif.questionnaires.definition import read
    from kiif.questionnaires.models import Questionnaire

    try:
        row = Questionnaire.objects.filter(public_id=UUID(source)).first()
    except ValueError:
        row = None
    if row is None:
        raise FormError(_("No questionnaire has the identifier “%(name)s”.") % {"name": source})
    return read(row.draft)


def _write(definition: Definition, path: Path) -> None:
    from kiif.questionnaires import exchange
    from kiif.questionnaires.exchange import blank

    writers: dict[str, Callable[[Definition], bytes]] = {
        ".xlsx": exchange.workbook,
        ".json": exchange.to_json,
        ".pdf": blank.pdf,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise FormError(_("The file to write ends in .xlsx, .json or .pdf."))
    path.write_bytes(writer(definition))
    print(path)
