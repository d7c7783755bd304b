"""The rules of the house that no tool knows: what templates, views, locks and files never contain."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import kiif

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "kiif"
TEMPLATES = sorted(SOURCES.glob("*/templates/**/*.html"))
#: Shown by mail readers, not by our pages: they know no style sheet.
MAILS = {SOURCES / "mailbox" / "templates" / "mailbox" / "layout.html"}
PAGES = [path for path in TEMPLATES if path not in MAILS]
HTMX = {
    "hx-get",
    "hx-post",
    "hx-target",
    "hx-swap",
    "hx-select",
    "hx-trigger",
    "hx-push-url",
    "hx-headers:inherited",
    "hx-sse:connect",
}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, or all files where there is no git."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in found.stdout.splitlines() if (ROOT / line).is_file()]


def where(path: Path, text: str, position: int) -> str:
    return f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, position) + 1}"


def occurrences(pattern: str, paths: list[Path]) -> list[str]:
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    return [
        f"{where(path, text, match.start())}: {match.group(0).strip()}"
        for path in paths
        for text in [path.read_text("utf-8")]
        for match in compiled.finditer(text)
    ]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style", r"<[^>]*\sstyle\s*="),
        ("an inline handler", r"<[^>]*\son[a-z]+\s*="),
        ("an inline script", r"<script(?![^>]*(\ssrc=|type=\"(application/json|module\" src)))[^>]*>"),
        ("an inline style sheet", r"<style\b"),
        ("a script address", r"(href|src|action)\s*=\s*[\"']?\s*javascript:"),
        ("text taken as HTML without cleaning", r"\|\s*safe\b|\{%\s*autoescape\s+off"),
        ("an address of another site, fetched", r"<(script|link|img|iframe)[^>]*(src|href)=[\"']https?://"),
    ],
)
def test_no_page_contains(what: str, pattern: str) -> None:
    assert occurrences(pattern, PAGES) == [], f"{what}: the content security policy forbids it"


def test_pages_use_only_the_agreed_htmx_attributes() -> None:
    used = occurrences(r"\s(data-)?hx-[a-z:-]+(?=[\s=>])", PAGES)
    assert [line for line in used if line.split(": ", 1)[1] not in HTMX] == []


def test_the_lints_find_what_they_look_for(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<p style="x" onclick="y">\n<script>z</script><a hx-on:click="q">')
    for pattern in (r"<[^>]*\sstyle\s*=", r"<[^>]*\son[a-z]+\s*=", r"<script(?![^>]*\ssrc=)[^>]*>"):
        assert len(re.findall(pattern, bad.read_text(), re.IGNORECASE)) == 1


#: Official data, the same for everybody: there is nothing to hide in them.
PUBLIC_MODELS = {"Territory", "FormerCode", "ReferentialLoad"}
_BARE = (
    r"\b[A-Z]\w+\.(objects|_default_manager)\b(?!\.(?!(all|filter|exclude|get|first|last|select_related|"
    r"prefetch_related|order_by|values|values_list|only|defer|annotate|in_bulk|count|exists)\b)\w).*"
)


def _line_above(found: str) -> str:
    """The line before an occurrence (`path:number: text`)."""
    path, number = found.split(": ", maxsplit=1)[0].rsplit(":", 1)
    return (ROOT / path).read_text("utf-8").splitlines()[int(number) - 2]


def test_views_start_from_what_the_person_may_see() -> None:
    """A view reads through `visible_to(actor)` or another query of queries.py; a guard is told beside it, or above."""
    files = [p for p in tracked("src/kiif/*/views*", "src/kiif/*/api*") if p.suffix == ".py"]
    assert files
    bare = [line for line in occurrences(_BARE, files) if line.split(": ")[1].split(".")[0] not in PUBLIC_MODELS]
    untold = [line for line in bare if "# guarded: " not in line and "# guarded: " not in _line_above(line)]
    assert untold == [], "visible_to(actor), or “# guarded: <by what>”"


def test_actions_know_nothing_of_requests() -> None:
    files = [p for p in tracked("src/kiif/*/actions*") if p.suffix == ".py"]
    assert (
        occurrences(
            r"\brequest\.(GET|POST|META|FILES|user|session)\b|from django\.(http|contrib\.messages|shortcuts)\b", files
        )
        == []
    )


def test_files_stay_small() -> None:
    files = [p for p in tracked("*.py", "*.js", "*.mjs", "*.css", "*.html", "*.sh") if "migrations" not in p.parts]
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_locks_name_no_address_and_hash_everything() -> None:
    locks = [*tracked("requirements*.txt"), ROOT / "package-lock.json"]
    assert occurrences(r"https?://(?!json\.schemastore)", locks) == []
    for lock in tracked("requirements*.txt"):
        pinned = re.findall(r"^[a-zA-Z0-9._-]+==.+$", lock.read_text(), re.MULTILINE)
        assert pinned, lock
        assert all(line.endswith("\\") for line in pinned), f"{lock.name}: a package without a hash"


def test_no_machine_or_person_is_named() -> None:
    files = tracked("*.py", "*.md", "*.html", "*.toml", "*.yml", "*.yaml", "Makefile", ".ci/*")
    assert occurrences(r"/(home|root|Users)/[a-z]\w+|files\.pythonhosted|registry\.npmjs", files) == []


def test_unfinished_work_is_not_left_in_the_sources() -> None:
    files = tracked("src/*.py", "src/*.html", "src/*.css", "src/*.js", "scripts/*", "benchmarks/*")
    assert occurrences(r"\b(?-i:TODO|FIXME|XXX|HACK)\b", files) == []


def test_an_exception_to_a_rule_gives_its_reason() -> None:
    files = tracked("src/*.py", "scripts/*.py", "benchmarks/*.py")
    silent = occurrences(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[^\]]+\])\s*$", files)
    assert silent == [], "say why, after the code of the rule"


def test_typst_models_download_nothing() -> None:
    assert occurrences(r"@(preview|local)/", tracked("*.typ")) == []


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == kiif.__version__
    assert f"## {kiif.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_each_dependency_is_presented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    named = [re.split(r"[\[><=!~ ]", line)[0] for line in project["dependencies"]]
    assert [name for name in named if f"`{name.lower()}" not in page] == []


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert len(text.splitlines()) == 661
