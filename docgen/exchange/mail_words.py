"""The words of an e-mail as plain text: HTML without its dress, and an answer without what it answers."""

from __future__ import annotations

import re

TEXT_LIMIT = 200_000
"""The most letters of a text; a longer one is cut."""
_HTML_LIMIT = 4 * 1024 * 1024
_MUTE = frozenset({"head", "style", "script", "template", "title", "noscript", "object", "svg", "select", "textarea"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "div", "dd", "dl", "dt", "fieldset", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tr", "ul"),
    }
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre"})
_QUOTES = frozenset({"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_DIVIDER = re.compile(r"-{3,} ?(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht) ?-{3,}", re.IGNORECASE)
_FROM = re.compile(r"\*?(?:From|Von|De):\*? .+")
_SENT = re.compile(r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Date):\*? .+")
_TO = re.compile(r"\*?(?:To|An|À):\*? .+")
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr)\s*:", re.IGNORECASE)
_LONGEST_INTRODUCTION = 3


def html_words(html: str, *, quoted: bool = False) -> str:
    """Return the words of HTML as plain text, without what is hidden; nothing in it is run or fetched.

    What mail programs mark as quoted is left out unless `quoted` says otherwise.
    """
    from lxml import etree

    content = html[:_HTML_LIMIT].replace("\0", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser) if content.strip() else None
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return ""
    words: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _MUTE or _is_hidden(element) or (not quoted and _is_quote(element)):
                walk.skip_subtree()
                continue
            words += [_opening(tag), *_run(element.text, inside=tag)]
        else:
            around = element.getparent()
            words += ["\n" * (2 if tag in _APART else 1) if tag in _BLOCKS else "\t" if tag in {"td", "th"} else ""]
            words += _run(element.tail, inside=around.tag if around is not None else "")
    return tidy(_one_blank("".join(words)))


def _is_hidden(element: object) -> bool:
    get = element.get  # type: ignore[attr-defined]
    return get("hidden") is not None or bool(_HIDDEN.search(get("style") or ""))


def _is_quote(element: object) -> bool:
    get = element.get  # type: ignore[attr-defined]
    if element.tag == "blockquote" and get("type") == "cite":  # type: ignore[attr-defined]
        return True
    return not _QUOTES.isdisjoint((get("class") or "").split()) or get("id") in {"divRplyFwdMsg", "appendonsend"}


def _opening(tag: str) -> str:
    if tag == "br":
        return "\n"
    if tag == "li":
        return "\n- "
    return "\n" if tag in _BLOCKS else ""


def _run(text: str | None, inside: object) -> list[str]:
    if not text:
        return []
    return [text if inside == "pre" else re.sub(r"[ \t\r\n\f]+", " ", text)]


def _one_blank(text: str) -> str:
    lines = [re.sub(r"[ \t]*\t[ \t]*", "\t", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def tidy(text: str) -> str:
    """Return text with newlines as line ends and without signs that nobody sees or that move others."""
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip() for line in _UNWRITABLE.sub("", whole).split("\n")).strip("\n")


def without_history(text: str, subject: str = "") -> str:
    """Return what an answer adds, where it is certain what is quoted from before; otherwise everything.

    Certain are: a divider (“-----Original Message-----”), the block of From, Sent and To that Outlook writes,
    and lines marked with ">" at the very end with the line that introduces them. Answers between quoted lines
    keep them, a forwarded letter is kept whole, and so is one that would have no words left.
    """
    if _FORWARDED.match(subject):
        return text
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if _DIVIDER.fullmatch(line.strip()) or _is_outlook_block(lines[place : place + 6]):
            lines = lines[:place]
            break
    lines = _without_rule(_without_marked(lines))
    kept = "\n".join(lines).strip("\n")
    return kept if kept.strip() else text


def _is_outlook_block(lines: list[str]) -> bool:
    first, *others = (line.strip() for line in lines)
    return bool(_FROM.fullmatch(first)) and any(map(_SENT.fullmatch, others)) and any(map(_TO.fullmatch, others))


def _without_marked(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if not any(line.lstrip().startswith(">") for line in lines[end:]):
        return lines
    for count in range(1, _LONGEST_INTRODUCTION + 1):
        if count <= end and re.match(r"(?:On|Am|Le)\b", lines[end - count].strip()):
            words = " ".join(line.strip() for line in lines[end - count : end])
            return lines[: end - count] if words.endswith(":") else lines[:end]
    return lines[:end]


def _without_rule(lines: list[str]) -> list[str]:
    """Leave out the rule that Outlook draws above what it quotes."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[: end - 1] if end and re.fullmatch("_{10,}", lines[end - 1].strip()) else lines
