"""Names and accounts of who pays, compared as people mean them."""

import re
import unicodedata

APART = re.compile(r"[\W_]+")
FORMS = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|公司"
    r"|\b(?:co|company|corp|corporation|inc|incorporated|ltd|limited|llc|plc|gmbh|ag|sa|bv|kg))$"
)
"""What a legal form adds to a name, in the languages most payers write."""


def plain(text: str) -> str:
    """Return a text without case, width, spaces and punctuation."""
    return APART.sub("", unicodedata.normalize("NFKC", text).casefold())


def core(name: str) -> str:
    """Return a name without its legal form: what a bank's short form keeps."""
    words = unicodedata.normalize("NFKC", name).casefold()
    found = " ".join(APART.split(words)).strip()
    while (shorter := FORMS.sub("", found).strip()) and shorter != found:
        found = shorter
    return plain(found)


def agree(one: str, other: str) -> bool:
    """Say whether two texts say the same, or one says nothing."""
    return not one or not other or plain(one) == plain(other)
