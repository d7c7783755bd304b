"""The command `kiif`. Each verb is a few lines here; the work is done elsewhere."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kiif.config import speech
from kiif.config.errors import CommandError
from kiif.config.speech import _

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiif.config.settings")

Verb = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; returns the exit code. What a person can mend is said in one sentence, without a trace."""
    arguments = sys.argv[1:] if arguments is None else arguments
    language = _language(arguments)
    speech.choose(language)
    options = parser(arguments).parse_args(arguments)
    if not options.do:
        parser().print_help()
        return 2
    try:
        return int(options.do(options))
    except KeyboardInterrupt:
        print("\n" + _("Stopped."), file=sys.stderr)
        return 130
    except CommandError as error:
        print(f"kiif: {error}", file=sys.stderr)
        return 1


def _language(arguments: list[str]) -> str:
    """The value of `--lang`, looked for before anything is parsed, else the language of the terminal."""
    for index, word in enumerate(arguments):
        if word == "--lang" and arguments[index + 1 : index + 2] in (["fr"], ["en"]):
            return arguments[index + 1]
        if word in ("--lang=fr", "--lang=en"):
            return word[-2:]
    return speech.spoken()


def setup() -> None:
    """Starts Django, in the language of the terminal."""
    import django
    from django.utils import translation

    django.setup()
    translation.activate(speech.language())


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line; the arguments of a mounted command are there when `words` call it."""
    top = argparse.ArgumentParser(
        prog="kiif", description=_("The platform of incubators: serve it, save it, look after it.")
    )
    top.set_defaults(do=None)
    top.add_argument("--lang", choices=speech.LANGUAGES, help=_("language of these sentences"))
    verbs = top.add_subparsers(title=_("commands"), metavar="")

    def add(name: str, help_text: str, verb: Verb) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(do=verb)
        return sub

    _add_serving(add)
    _add_keeping(add)
    _add_mounted(add, words)
    return top


def _add_serving(add: Callable[[str, str, Verb], argparse.ArgumentParser]) -> None:
    run = add("run", _("start the product, with its jobs"), _run)
    run.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: this machine only)"))
    run.add_argument("--port", type=int, default=8000, help=_("port (default: 8000)"))
    run.add_argument("--threads", type=int, default=8, help=_("requests served at once (default: 8)"))
    run.add_argument("--processes", type=int, default=1, help=_("processes; more than one needs PostgreSQL"))
    run.add_argument("--no-jobs", action="store_true", help=_("jobs are taken by “kiif worker”"))
    run.add_argument("--access-log", action="store_true", help=_("write one line for each request"))
    run.add_argument("--welcome", action="store_true", help=_("say the address and the demonstration accounts"))
    add("worker", _("take the jobs, in a process of its own"), _worker)
    prepare = add("prepare", _("bring database, static files and territories up to date"), _prepare)
    prepare.add_argument("steps", nargs="*", metavar="step", help=_("database, static, territories (default: all)"))
    demo = add("demo", _("load the demonstration into an empty instance"), _demo)
    demo.add_argument("--scale", type=int, default=1, help=_("1: a season; 10: ten years of life"))
    demo.add_argument("--once", action="store_true", help=_("do nothing, quietly, if anything is already there"))


def _add_keeping(add: Callable[[str, str, Verb], argparse.ArgumentParser]) -> None:
    backup = add("backup", _("save database and files in one archive, while people work"), _backup)
    backup.add_argument("file", nargs="?", type=Path, help=_("archive to write (default: in the data folder)"))
    backup.add_argument("--keep", type=int, help=_("keep only that many archives in the default folder"))
    restore = add("restore", _("verify an archive and put it in place"), _restore)
    restore.add_argument("file", type=Path, help=_("archive made by “kiif backup”"))
    restore.add_argument("--to", type=Path, help=_("an empty folder, which becomes a data folder (SQLite only)"))
    restore.add_argument("--force", action="store_true", help=_("replace the present database and files"))
    restore.add_argument("--check", action="store_true", help=_("only verify the archive"))
    add("check", _("look at the health of this instance"), _check)
    admin = add("createadmin", _("create the first person, who may do everything"), _createadmin)
    admin.add_argument("email", nargs="?", help=_("address of that person"))
    admin.add_argument("--name", default="", help=_("name of that person"))


def _add_mounted(add: Callable[[str, str, Verb], argparse.ArgumentParser], words: Sequence[str]) -> None:
    """Commands of other floors. Only the one that is called is imported: the ranking brings a second of libraries.

    They know nothing of Django: the command line lends them its voice.
    """
    data = add("data", _("download, import and export open data of territories"), _data)
    if "data" in words:
        from kiif.opendata import cli as opendata

        opendata._ = _  # type: ignore[assignment] # another function of the same shape
        opendata.add_arguments(data)
    rank = add("rank", _("rank territories, or any table, on several criteria"), _rank)
    if "rank" in words:
        from kiif.replication import cli as ranking

        ranking._ = _  # type: ignore[assignment] # as above
        ranking.add_arguments(rank)
    questionnaire = add("questionnaire", _("check, import and export forms"), _questionnaire)
    if "questionnaire" in words:
        from kiif.questionnaires import cli as forms

        forms._ = _  # type: ignore[assignment] # as above
        forms.add_arguments(questionnaire)


def _run(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import serve, welcome

    if options.processes > 1 and not options.no_jobs:
        raise CommandError(_("With several processes, run the jobs apart: add --no-jobs and start “kiif worker”."))
    serve.run(
        serve.Options(
            host=options.host,
            port=options.port,
            threads=options.threads,
            processes=options.processes,
            jobs=not options.no_jobs,
            access_log=options.access_log,
            welcome=welcome.show if options.welcome else None,
        ),
        background=welcome.left_to_build if options.welcome else None,
    )
    return 0


def _worker(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import locks
    from kiif.jobs import worker

    with locks.shared():
        worker.run_in_foreground()
    return 0


def _prepare(options: argparse.Namespace) -> int:
    setup()
    from kiif.config.prepare import LATER, STEPS

    known = STEPS | LATER
    if unknown := set(options.steps) - set(known):
        raise CommandError(_("Unknown step: %(names)s") % {"names": ", ".join(sorted(unknown))})
    for step in options.steps or STEPS:
        known[step]()
    return 0


def _demo(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import demo, serve

    if options.scale < 1:
        raise CommandError(_("The scale is a whole number, 1 or more."))
    if options.once:
        try:
            demo.refuse_if_not_empty()
        except demo.DemoError:
            return 0
    demo.load(scale=options.scale)
    serve.warm()
    return 0


def _backup(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import backup

    archive = backup.create(options.file or backup.default_path())
    print(archive)
    if options.keep and not options.file:
        backup.rotate(keep=options.keep)
    return 0


def _restore(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import backup

    if options.check:
        manifest = backup.verify(options.file)
        print(_("The archive is whole: %(summary)s") % {"summary": manifest.summary()})
        return 0
    backup.restore(options.file, to=options.to, force=options.force)
    print(_("Restored. Restart the server."))
    return 0


def _check(options: argparse.Namespace) -> int:
    setup()
    from kiif.config import health

    return health.report()


def _createadmin(options: argparse.Namespace) -> int:
    setup()
    from kiif.accounts import actions
    from kiif.ui.errors import Refused

    email = options.email or input(_("E-mail address: ")).strip()
    password = os.environ.get("KIIF_ADMIN_PASSWORD") or getpass.getpass(_("Password (12 characters or more): "))
    try:
        actions.create_admin(email=email, name=options.name or email.partition("@")[0], password=password)
    except Refused as error:
        raise CommandError(str(error)) from error
    print(_("%(email)s may sign in and open the administration.") % {"email": email})
    return 0


def _rank(options: argparse.Namespace) -> int:
    from kiif.replication import cli as ranking

    return int(ranking.main(options))


def _questionnaire(options: argparse.Namespace) -> int:
    setup()
    from kiif.questionnaires import cli as forms

    return forms.main(options)


def _data(options: argparse.Namespace) -> int:
    from kiif.opendata import cli as opendata

    return int(opendata.main(options))


if __name__ == "__main__":
    sys.exit(main())
