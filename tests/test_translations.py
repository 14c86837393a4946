"""The catalogues: complete, true to their placeholders, in one word per thing, and shown."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, override, pgettext

from consortium import registry
from consortium.admin.base import ConsortiumAdmin
from consortium.words import say
from tests.cast import Cast

OURS = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
OTHERS = settings.BASE_DIR / "locale" / "third_party" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CATALOGUES = (OURS, OTHERS)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!()]|[,:;?!()][\u4e00-\u9fff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

GLOSSARY = {
    "assessment": "会费核定",
    "charge": "应缴款",
    "declaration": "申报",
    "declaration round": "申报轮次",
    "charter": "章程",
    "member": "成员",
    "appointment": "任职",
    "category": "类别",
}
"""The style guide's words, where the code says them alone."""

KNOWN_TO_MAKEMESSAGES = {"_", "gettext_noop", "gettext_lazy", "ngettext_lazy", "pgettext"} | {
    "gettext", "ngettext", "npgettext", "pgettext_lazy", "npgettext_lazy",
}  # fmt: skip


def entries() -> Iterator[polib.POEntry]:
    for path in CATALOGUES:
        yield from polib.pofile(str(path))


def meanings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_every_message_is_translated() -> None:
    assert [
        entry.msgid
        for entry in entries()
        if entry.fuzzy or entry.obsolete or not all(text.strip() for text in meanings(entry))
    ] == []


@pytest.mark.parametrize("path", [OURS, OTHERS, Path(str(OURS).replace("zh_Hans", "en"))])
def test_a_catalogue_changes_only_with_its_messages(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert {"POT-Creation-Date", "PO-Revision-Date"}.isdisjoint(catalogue.metadata)
    assert all(not entry.occurrences for entry in catalogue)


def test_placeholders_are_those_of_the_source() -> None:
    assert [
        (entry.msgid, meaning)
        for entry in entries()
        for meaning in meanings(entry)
        if placeholders(meaning) != placeholders(entry.msgid_plural or entry.msgid)
    ] == []


def test_chinese_is_punctuated_in_full_width() -> None:
    assert [
        meaning
        for entry in entries()
        for meaning in meanings(entry)
        if HALF_WIDTH.search(PLACEHOLDER.sub("", meaning))
    ] == []


@pytest.mark.parametrize(("word", "chinese"), GLOSSARY.items())
def test_the_glossary_has_one_word_each(word: str, chinese: str) -> None:
    with override("zh-hans"):
        assert gettext(word) == chinese


def test_a_context_tells_homographs_apart() -> None:
    with override("zh-hans"):
        said = {pgettext(context, "Declared") for context in ("grade", "state")}
    assert said == {"自行申报", "已申报"}


@pytest.mark.parametrize("code", sorted(registry.messages))
def test_every_sentence_reads_in_both_languages(code: str) -> None:
    with override("en"):
        names = re.findall(r"%\((\w+)\)", str(registry.messages[code]))
    values = {name: f"<{name}>" for name in names}
    said = {}
    for language in ("en", "zh-hans"):
        with override(language):
            said[language] = say(code, values)
            assert "%(" not in said[language]
            assert all(value in said[language] for value in values.values())
    assert not CHINESE.search(said["en"])
    assert CHINESE.search(said["zh-hans"])


def test_every_call_is_one_that_makemessages_sees() -> None:
    """A translation function imported under a name of its own is never extracted."""
    unseen = []
    for app in ("config", "consortium", "projects", "funding", "ip"):
        for path in Path(apps.get_app_config(app).path).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.ImportFrom) or not node.module:
                    continue
                if node.module.startswith("django.utils.translation"):
                    unseen += [
                        f"{path.relative_to(settings.BASE_DIR)}: {name.name} as {name.asname}"
                        for name in node.names
                        if "gettext" in name.name
                        and (name.asname or name.name) not in KNOWN_TO_MAKEMESSAGES
                    ]
    assert unseen == []


class Visible(HTMLParser):
    """The texts of a page that a reader sees, as whole pieces."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden, self.texts = 0, set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style", "pre"}
        named = {"placeholder", "title", "aria-label", "alt"}
        self.texts.update(value for name, value in attrs if name in named and value)

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "pre"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.add(" ".join(data.split()))


def english() -> set[str]:
    """Return every source text that reads like English on a screen, as a screen begins it."""
    sources = {capfirst(" ".join(entry.msgid.split())) or "" for entry in entries()}
    # Languages are listed in their own words.
    return sources - {gettext("English")}


def test_no_english_is_left_on_a_chinese_screen(client: Client, cast: Cast) -> None:
    cast.people["root"].language = "zh-hans"
    cast.people["root"].save()
    client.force_login(cast.people["root"])
    pages = [reverse("admin:index"), reverse("account_login"), reverse("mfa_index")]
    for model, screen in admin.site._registry.items():
        if isinstance(screen, ConsortiumAdmin):
            at = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            pages.append(reverse(f"{at}_changelist"))
            row = model._default_manager.first()
            pages += [reverse(f"{at}_change", args=[row.pk])] if row else []
            pages += [reverse(f"{at}_add")] if screen.adds else []
    sources = english() - {capfirst(name) for name in cast.people}
    left: dict[str, list[str]] = {}
    for page in pages:
        answer = client.get(page)
        if answer.status_code == 200:
            found = Visible(answer.content.decode()).texts & sources
            left |= {page: sorted(found)} if found else {}
    assert left == {}
