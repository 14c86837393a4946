"""What competitors must not tell each other: found by declared fields and by words."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from projects.rules.choices import Handling


class Finding(NamedTuple):
    """A place in a proposal that speaks of a topic; `word` is empty where its field does."""

    path: str
    topic: str
    word: str
    handling: Handling


@cache
def word_list() -> dict[str, re.Pattern[str]]:
    """Return one expression per topic that finds its words in English and Chinese."""
    topics = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {topic: re.compile(_pattern(words), re.I) for topic, words in topics.items()}


def _pattern(words: Mapping[str, list[str]]) -> str:
    english = (rf"\b{re.escape(each)}s?\b".replace(r"\ ", r"\s+") for each in words["en"])
    # The longest first: of two words one of which begins the other, the whole one is told.
    chinese = sorted(map(re.escape, words["zh"]), key=len, reverse=True)
    return "|".join([*english, *chinese])


def findings(
    *, texts: Mapping[str, str], content: Mapping[str, str], handlings: Mapping[str, Handling]
) -> Iterator[Finding]:
    """Yield every place that speaks of what must not be shared.

    `texts`: by path; `content`: by field; `handlings`: the charter's, by topic. A field named
    as a topic is handled as the charter says, whatever it holds; a word is only ever flagged,
    since whoever uses it may well mean something else.
    """
    for field in sorted(content):
        if field in handlings:
            yield Finding(f"content.{field}", field, "", handlings[field])
    places = {**texts, **{f"content.{field}": text for field, text in content.items()}}
    for path in sorted(places):
        for topic, pattern in sorted(word_list().items()):
            if topic in handlings and (found := pattern.search(places[path])):
                yield Finding(path, topic, found.group().lower(), Handling.FLAG)
