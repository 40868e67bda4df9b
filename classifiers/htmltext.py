"""HTML to the lines a person would see: no markup, scripts, styles, nothing hidden, quoted replies as `> ` lines."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import Final

from classifiers.wordset import word_set

_DROPPED: Final = word_set("script style head title template svg math object select textarea noscript")
_VOID: Final = word_set("area base br col embed hr img input link meta source track wbr")
_BLOCK: Final = word_set(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header"
    " hr html "
    "main nav ol p pre section table tbody tfoot thead tr ul"
)
_SPACED: Final = word_set("p h1 h2 h3 h4 h5 h6 blockquote table ul ol")
_CELL: Final = frozenset(("td", "th"))
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$|!)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|$|!)|opacity\s*:\s*0\s*(?:;|$|!)",
    re.IGNORECASE,
)
_CITED: Final = re.compile(r"gmail_quote|moz-cite|yahoo_quoted|protonmail_quote", re.IGNORECASE)
_SPACE: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
# html.parser takes quadratic time over tags that never end, so only a `<` that begins a closed tag reaches it.
_STRAY: Final = re.compile(r"<(?![a-zA-Z/][^<>]*>)")
_DECLARATION: Final = re.compile(r"<[!?][^<>]*>")
_RAW: Final = frozenset(("script", "style"))
_NAMED: Final = r"[a-zA-Z_:][\w:.-]*+"
_VALUE: Final = r"""(?:"([^"<>]*)"|'([^'<>]*)'|((?:[^\s"'<>=`/]|/(?!>))++)(?=[ \t\r\n>]|\Z))"""
_ATTRIBUTE: Final = re.compile(rf"({_NAMED})([ \t\r\n]*=[ \t\r\n]*{_VALUE})?")
_ATTRIBUTES: Final = re.sub(r"\((?!\?)", "(?:", rf"(?:[ \t\r\n]++{_NAMED}(?:[ \t\r\n]*=[ \t\r\n]*{_VALUE})?)*+")
_USUAL: Final = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9:]*+)({_ATTRIBUTES})[ \t\r\n]*(/?)>")
_RAW_START: Final = re.compile(rf"<(script|style){_ATTRIBUTES}[ \t\r\n]*>", re.IGNORECASE)
_RAW_END: Final = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _RAW}
_SHORT: Final = 300
_MAX_CHARS: Final = 262_144

_Attributes = list[tuple[str, str | None]]


def html_to_text(html: str) -> str:
    """The visible text of an HTML document or fragment (cut after 262,144 characters); never raises on bad markup."""
    html = _STRAY.sub("&lt;", _DECLARATION.sub("", _without_comments(html[:_MAX_CHARS])))
    text = _collected(html, hide=True)
    return text or _collected(html, hide=False)


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(html)
    return "".join([*kept, html[at:]])


def _collected(html: str, *, hide: bool) -> str:
    seen = _Visible(hide=hide)
    if not _read_quickly(html, seen):
        seen = _Visible(hide=hide)
        _read_thoroughly(html, seen)
    return seen.text()


def _read_quickly(html: str, seen: _Visible) -> bool:
    """Read tags as nearly all mails write them, with what html.parser would make of them; False if one is odd."""
    rest = _without_raw(html)
    pieces = _USUAL.split(rest or "")
    if rest is None or rest.count("<") != len(pieces) // 5:
        return False
    seen.handle_data(_unescaped(pieces[0]))
    for close, name, attributes, empty, text in zip(*(pieces[at::5] for at in range(1, 6)), strict=True):
        tag = name.lower()
        if tag in _RAW:
            return False
        if close:
            seen.handle_endtag(tag)
        else:
            seen.opened(tag, *_marks(attributes))
        if empty and not close and tag not in _VOID:
            seen.handle_endtag(tag)
        if text:
            seen.handle_data(_unescaped(text))
    return True


def _without_raw(html: str) -> str | None:
    """The document without its scripts and styles; None if one of them never ends."""
    kept, at = [], 0
    while start := _RAW_START.search(html, at):
        end = _RAW_END[start[1].lower()].search(html, start.end())
        if end is None:
            return None
        kept.append(html[at : start.start()])
        at = end.end()
    return "".join([*kept, html[at:]])


def _unescaped(text: str) -> str:
    return unescape(text) if "&" in text else text


def _marks(attributes: str) -> tuple[bool, bool]:
    """Whether the attributes of a tag hide it, and whether they say that it is a quoted reply."""
    return _short_marks(attributes) if len(attributes) <= _SHORT else _found_marks(attributes)


def _found_marks(attributes: str) -> tuple[bool, bool]:
    found = [
        (name.lower(), _unescaped(one or two or bare) if value else None)
        for name, value, one, two, bare in _ATTRIBUTE.findall(attributes)
    ]
    return _is_hidden(found), _is_cited(found)


_short_marks = lru_cache(maxsize=2_000)(_found_marks)


def _read_thoroughly(html: str, seen: _Visible) -> None:
    try:
        seen.feed(html)
        seen.close()
    except (AssertionError, ValueError):
        # html.parser gives up on malformed marked sections; then tags are stripped crudely.
        seen.handle_data(_TAG.sub(" ", html))


class _Visible(HTMLParser):
    def __init__(self, *, hide: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._hide = hide
        self._lines: list[str] = []
        self._line: list[str] = []
        self._skipped: str | None = None
        self._depth = 0
        self._quotes: list[bool] = []

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        self.opened(tag, _is_hidden(attrs), _is_cited(attrs))

    def opened(self, tag: str, hidden: bool, cited: bool) -> None:
        """A tag begins, which its attributes may hide or call a quoted reply."""
        if self._skipped is not None:
            self._depth += tag == self._skipped
        elif tag not in _VOID and (tag in _DROPPED or (self._hide and hidden)):
            self._skipped, self._depth = tag, 1
        else:
            self._opened(tag, cited=cited)

    def _opened(self, tag: str, *, cited: bool) -> None:
        if tag == "br":
            self._end_line()
        elif tag in _BLOCK:
            self._end_block(tag)
        elif tag == "li":
            self._end_block(tag)
            self._line.append("- ")
        elif tag in _CELL:
            self._line.append(" ")
        if tag == "blockquote":
            self._quotes.append(cited)

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped is not None:
            self._left(tag)
            return
        if tag in _BLOCK or tag == "li":
            self._end_block(tag)
        if tag == "blockquote" and self._quotes:
            self._quotes.pop()

    def _left(self, tag: str) -> None:
        self._depth -= tag == self._skipped
        # A forgotten end tag must not hide the rest: the document's own ends close everything.
        if self._depth <= 0 or tag in ("body", "html") or (self._skipped == "p" and tag in ("td", "div", "body")):
            self._skipped = None

    def handle_data(self, data: str) -> None:
        if self._skipped is None:
            self._line.append(data)

    def _end_line(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        depth = sum(self._quotes)
        self._lines.append("> " * depth + line if line and depth else line)
        self._line = []

    def _end_block(self, tag: str) -> None:
        if any(part.strip() for part in self._line):
            self._end_line()
        else:
            self._line = []
        if tag in _SPACED and self._lines and self._lines[-1]:
            self._lines.append("")

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()


def _is_hidden(attrs: _Attributes) -> bool:
    return any(name == "hidden" or (name == "style" and value and _HIDDEN.search(value)) for name, value in attrs)


def _is_cited(attrs: _Attributes) -> bool:
    return any(
        (name == "type" and value == "cite") or (name == "class" and value and _CITED.search(value))
        for name, value in attrs
    )
