"""The small language of mail texts: paragraphs, lists, bold, links, `{placeholders}`. No logic, no HTML.

    Bonjour {recipient_name},

    **{inviter}** vous invite à rejoindre :
    - {body}
    - jusqu’au {date}

    [Accepter l’invitation]({link})

A text is first read, then filled: what a value contains is never read as markup. A paragraph that is only a link
becomes a button; a paragraph whose placeholders are all empty disappears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kiif.mailbox import styles
from kiif.mailbox.registry import is_link

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,49})\}")
_BRACE = re.compile(r"[{}]")
_INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,500})\*\*"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<href>[^()\s]{1,500})\)"
    r"|(?P<url>https?://[^\s<>{}\"'\\]{1,500}[^\s<>{}\"'\\.,;:!?)])"
    r"|\{(?P<name>[a-z][a-z0-9_]{0,49})\}"
)
_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Words:
    text: str


@dataclass(frozen=True)
class Value:
    name: str


@dataclass(frozen=True)
class Bold:
    inner: tuple[Node, ...]


@dataclass(frozen=True)
class Link:
    label: tuple[Node, ...]
    href: Node


Node = Words | Value | Bold | Link
Line = tuple[Node, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph (lines) or a list (one line for each item)."""

    lines: tuple[Line, ...]
    is_list: bool = False


@dataclass
class Problems:
    """What is wrong with a text, as sentences for its author."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if sentence not in self.sentences:
            self.sentences.append(sentence)


def names_in(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def check_placeholders(text: str, allowed: frozenset[str], problems: Problems) -> None:
    """Every brace belongs to a known placeholder: no dot, no index, no filter, no expression of any language."""
    for name in sorted(names_in(text) - allowed):
        problems.add(
            _("“%(name)s” does not exist here. Choose one of the listed placeholders.") % {"name": f"{{{name}}}"}
        )
    if _BRACE.search(PLACEHOLDER.sub("", text)):
        problems.add(
            _("A brace is only written around the name of a placeholder, as in {link}: nothing else is calculated.")
        )


def check_links(text: str, problems: Problems) -> None:
    """A link leads to a placeholder that is an address, or to http, https or mailto."""
    for match in re.finditer(r"\]\(([^\n)]*)\)", text):
        href = match.group(1).strip()
        only = PLACEHOLDER.fullmatch(href)
        good = is_link(only.group(1)) if only else is_address(href)
        if not good:
            problems.add(_("The link “%(href)s” must be an address (https://…) or a placeholder.") % {"href": href})


def is_address(href: str) -> bool:
    """Whether an address may be put in a mail: http or https with a host, or mailto."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if "{" in href or any(ord(c) < 33 for c in href) or parts.scheme not in _SCHEMES:
        return False
    return bool(parts.path) if parts.scheme == "mailto" else bool(parts.hostname)


def parse(text: str) -> tuple[Block, ...]:
    """Blocks of a text. Anything that is not markup is words."""
    blocks = []
    for chunk in re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n")):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        blocks += list(_blocks_of(lines))
    return tuple(blocks)


def _blocks_of(lines: list[str]) -> Iterator[Block]:
    """A paragraph and a list may follow each other without an empty line."""
    run: list[Line] = []
    in_list = False
    for line in lines:
        item = line.startswith("- ")
        if run and item != in_list:
            yield Block(tuple(run), in_list)
            run = []
        in_list = item
        run.append(_inline(line[2:] if item else line))
    if run:
        yield Block(tuple(run), in_list)


def _inline(text: str) -> Line:
    nodes: list[Node] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            nodes.append(Words(text[position : match.start()]))
        nodes.append(_node(match))
        position = match.end()
    if position < len(text):
        nodes.append(Words(text[position:]))
    return tuple(nodes)


def _node(match: re.Match[str]) -> Node:
    if match["bold"] is not None:
        return Bold(_inline(match["bold"]))
    if match["url"] is not None:
        return Link((Words(match["url"]),), Words(match["url"]))
    if match["name"] is not None:
        return Value(match["name"])
    only = PLACEHOLDER.fullmatch(match["href"])
    if only is None and not is_address(match["href"]):
        return Words(match[0])
    return Link(_inline(match["label"]), Value(only[1]) if only else Words(match["href"]))


Values = Mapping[str, str]


def fill_line(text: str, values: Values) -> str:
    """A subject: placeholders replaced, nothing else. Raises KeyError for an unknown one."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def to_text(blocks: tuple[Block, ...], values: Values) -> str:
    """The plain text."""
    parts = []
    for block in blocks:
        if (button := _button(block)) is not None:
            label = _("%(label)s:") % {"label": _plain(button.label, values)}
            parts.append(f"{label}\n{_plain((button.href,), values)}")
            continue
        lines = [("- " if block.is_list else "") + _plain(line, values) for line in block.lines]
        lines = [line for line in lines if line.strip(" -")]
        if lines:
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _plain(line: Line, values: Values) -> str:
    words = []
    for node in line:
        match node:
            case Words(text):
                words.append(text)
            case Value(name):
                words.append(values[name].strip())
            case Bold(inner):
                words.append(_plain(inner, values))
            case Link(label, href):
                name, address = _plain(label, values), _plain((href,), values)
                words.append(address if name == address else f"{name} ({address})")
    return "".join(words)


def _button(block: Block) -> Link | None:
    """The link of a paragraph that is nothing but a labelled link."""
    if block.is_list or len(block.lines) != 1 or len(block.lines[0]) != 1:
        return None
    node = block.lines[0][0]
    return node if isinstance(node, Link) and node.label != (node.href,) else None


def to_html(blocks: tuple[Block, ...], values: Values) -> SafeString:
    """The body in HTML, styles included; every value escaped."""
    return mark_safe("\n".join(part for block in blocks if (part := _block(block, values))))  # noqa: S308 -- each part is escaped where it is made


def _block(block: Block, values: Values) -> str:
    if (button := _button(block)) is not None:
        return format_html(
            '<p style="{}"><a class="button" style="{}" href="{}">{}</a></p>',
            styles.BUTTON_LINE,
            styles.BUTTON,
            _plain((button.href,), values),
            _rich(button.label, values),
        )
    lines = [_rich(line, values) for line in block.lines if _plain(line, values).strip()]
    if not lines:
        return ""
    if block.is_list:
        items = format_html_join("", '<li style="{}">{}</li>', ((styles.ITEM, line) for line in lines))
        return format_html('<ul style="{}">{}</ul>', styles.LIST, items)
    return format_html('<p style="{}">{}</p>', styles.PARAGRAPH, mark_safe("<br>\n".join(lines)))  # noqa: S308 -- lines are escaped


def _rich(line: Line, values: Values) -> SafeString:
    return mark_safe("".join(_rich_node(node, values) for node in line))  # noqa: S308 -- each node is escaped below


def _rich_node(node: Node, values: Values) -> str:
    match node:
        case Words(text):
            return conditional_escape(text)
        case Value(name) if is_link(name) and values[name]:
            return format_html('<a class="link" style="{}" href="{}">{}</a>', styles.LINK, values[name], values[name])
        case Value(name):
            return conditional_escape(values[name].strip()).replace("\n", "<br>\n")
        case Bold(inner):
            return format_html("<strong>{}</strong>", _rich(inner, values))
        case Link(label, href):
            address = _plain((href,), values)
            return format_html(
                '<a class="link" style="{}" href="{}">{}</a>', styles.LINK, address, _rich(label, values)
            )
