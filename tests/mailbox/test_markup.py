import pytest
from django.utils import translation

from kiif.mailbox import markup
from kiif.mailbox.markup import parse, to_html, to_text

VALUES = {"name": "Yaël", "link": "https://kiif.example/x", "message": "", "list": "un\ndeux"}


def text(source: str, **values: str) -> str:
    with translation.override("en"):
        return to_text(parse(source), {**VALUES, **values})


def html(source: str, **values: str) -> str:
    return str(to_html(parse(source), {**VALUES, **values}))


class TestText:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("Hello {name},\n\nBye.", "Hello Yaël,\n\nBye.\n"),
            ("**Hello** {name}", "Hello Yaël\n"),
            ("Open:\n{link}", "Open:\nhttps://kiif.example/x\n"),
            ("[Accept]({link})", "Accept:\nhttps://kiif.example/x\n"),
            ("Please [accept]({link}) now", "Please accept (https://kiif.example/x) now\n"),
            ("Things:\n- one\n- **two**", "Things:\n\n- one\n- two\n"),
            ("A\n\n{message}\n\nB", "A\n\nB\n"),
            ("{list}", "un\ndeux\n"),
        ],
    )
    def test_reads_as_plain_text(self, source: str, expected: str) -> None:
        assert text(source) == expected

    def test_french_puts_a_no_break_space_before_the_colon(self) -> None:
        with translation.override("fr"):
            assert to_text(parse("[Accepter]({link})"), VALUES).startswith("Accepter\u00a0:\n")


class TestHtml:
    def test_values_are_words_never_markup(self) -> None:
        hostile = "**not bold** [x](javascript:alert(1)) <script>alert(1)</script> {link} https://evil.example"
        page = html("Hello {name}", name=hostile)
        assert "<script" not in page
        assert "<strong>" not in page
        assert "<a " not in page
        assert "&lt;script&gt;" in page
        assert "{link}" in page

    def test_a_lone_link_is_a_button(self) -> None:
        assert html("[Accept]({link})").count('class="button"') == 1
        assert 'class="button"' not in html("Please [accept]({link}).")

    def test_a_link_value_cannot_leave_its_attribute(self) -> None:
        page = html("[Accept]({link})", link='https://x.example/"onmouseover="alert(1)')
        assert 'onmouseover="' not in page
        assert "&quot;" in page

    @pytest.mark.parametrize(
        "scheme", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "ftp://x"]
    )
    def test_other_schemes_are_words(self, scheme: str) -> None:
        assert "href" not in html(f"[Click]({scheme})")
        problems = markup.Problems()
        markup.check_links(f"[Click]({scheme})", problems)
        assert len(problems.sentences) == 1

    def test_lists_bold_and_addresses(self) -> None:
        page = html("See https://kiif.example/a.\n- **one**\n- two")
        assert page.count("<li") == 2
        assert "<strong>one</strong>" in page
        assert 'href="https://kiif.example/a"' in page

    def test_empty_paragraphs_disappear(self) -> None:
        assert html("A\n\n{message}\n\nB").count("<p") == 2

    @pytest.mark.parametrize("source", ["**" * 4000, "[" * 4000, "[a](" * 2000, "{" * 4000, "- \n" * 3000])
    def test_pathological_texts_are_read_quickly(self, source: str) -> None:
        html(source)


class TestPlaceholders:
    @pytest.mark.parametrize(
        "source",
        [
            "{{ x.__class__ }}",
            "{% load x %}",
            "{0.__init__}",
            "{name.__class__}",
            "{name[0]}",
            "{name!r}",
            "{name:>10}",
            "{}",
            "{Name}",
            "{unknown}",
            "{name",
            "name}",
        ],
    )
    def test_anything_but_a_known_name_is_refused(self, source: str) -> None:
        problems = markup.Problems()
        markup.check_placeholders(f"Hello {source}", frozenset({"name", "x"}), problems)
        assert problems.sentences != []

    @pytest.mark.parametrize("source", ["{name}", "100 %", "%(name)s", "#read(secret)", "$name", "a {name} b {name}"])
    def test_known_names_and_plain_words_are_kept(self, source: str) -> None:
        problems = markup.Problems()
        markup.check_placeholders(source, frozenset({"name"}), problems)
        assert problems.sentences == []

    def test_nothing_is_calculated(self) -> None:
        assert text("%(name)s ${name} #read(x)") == "%(name)s $Yaël #read(x)\n"
