"""The text of a mail in HTML: old mails and signatures left out, and the newsletter's frame."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from narrate.base.model import Article, Block
from narrate.read._fragment import language_tag, parse_fragment
from narrate.read._mail_words import drop_frame, is_attribution
from narrate.read._tree import read_tree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

OLDER = (
    "//blockquote[@type='cite']"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote_container ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_attr ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' moz-cite-prefix ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' yahoo_quoted ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' protonmail_quote ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' zmail_extra ')]"
    "|//*[@id='appendonsend' or @id='divRplyFwdMsg']/following-sibling::node()"
    "|//*[@id='mail-editor-reference-message-container']"
    "|//*[@id='divRplyFwdMsg']"
)
"""Where mail programs put the mail that is answered."""

SIGNATURES = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' moz-signature ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_signature ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' protonmail_signature_block ')]"
    "|//*[@id='Signature' or @id='ms-outlook-mobile-signature' or @id='AppleMailSignature']"
)
"""Where they put the sender's signature."""

LEAST_OF_WALK = 0.6
"""Share of the words in a mail that the extractor of articles must find to be believed.

It was made for pages, and takes one column of the layout tables of many newsletters for all.
"""

Extract = Callable[[str, str | None], Article]


def read_mail_html(
    html: str, *, extract: Extract, is_forward: bool
) -> tuple[tuple[Block, ...], str, tuple[str, ...]]:
    """Give blocks, language and what was left out of a mail in HTML."""
    from lxml.html import tostring

    root = parse_fragment(html)
    if root is None:
        return (), "", ()
    left_out: list[str] = []
    if not is_forward and _drop(root, OLDER):
        left_out.append("an older mail")
    if _drop(root, SIGNATURES):
        left_out.append("a signature")
    walked = tuple(read_tree(root))
    whole = drop_frame(walked)
    if len(whole) < len(walked):
        left_out.append("the newsletter's own lines")
    whole = tuple(block for block in whole if not is_attribution(block.text))
    found = extract(tostring(root, encoding="unicode"), None)
    extracted = drop_frame(found.blocks)
    is_enough = _count(extracted) >= LEAST_OF_WALK * _count(whole)
    language = language_tag(root.get("lang")) or found.language
    return (extracted if is_enough else whole), language, tuple(left_out)


def _count(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _drop(root: "HtmlElement", path: str) -> bool:
    """Take what `path` names out of the tree, unless nothing would be left."""
    found = {node: None for node in root.xpath(path) if not isinstance(node, str)}
    outer = [node for node in found if not any(above in found for above in node.iterancestors())]
    inside = sum(len("".join(node.text_content().split())) for node in outer)
    if not outer or inside >= len("".join(root.text_content().split())):
        return False
    for node in outer:
        node.drop_tree()
    return True
