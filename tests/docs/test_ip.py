"""The sections of the guide to results answer as their comments say."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.docs.test_docs import QUESTION, blocks
from tests.factories.regimes import asked, owners, people, result, section_of

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "ip.md"
ON = date(2028, 2, 29)
ENDS = date(2028, 12, 31)
NAMED = re.compile(r"# section ([\w-]+)\n")
SECTIONS = {found.group(1): text for text in blocks(GUIDE, "toml") if (found := NAMED.match(text))}
ASKED = [(name, *each) for name, text in SECTIONS.items() for each in QUESTION.findall(text)]


def test_every_section_is_asked_something():
    assert {name for name, _question, _said in ASKED} == set(SECTIONS)
    assert len(ASKED) == GUIDE.read_text(encoding="utf-8").count("→") >= 20


@pytest.mark.parametrize(("name", "question", "said"), ASKED)
def test_a_section_answers_as_the_guide_says(name, question, said):
    section = section_of(f'code = "{name}"\ntitle = {{ en = "{name}" }}\n{SECTIONS[name]}')
    words = question.split()
    plain = [each for each in words if "=" not in each]
    given = dict(each.split("=") for each in words if "=" in each)
    facts = {key: given.pop(key) for key in ("paid_by", "tier") if key in given}
    work = result(section, ON, project_ends_on=ENDS, **facts)

    if plain and plain[0] in people(ON):
        who, use, on = plain
        assert asked(section, work, who, use, date.fromisoformat(on)) == said
    else:
        assert not plain
        named = {key: given.pop(key) for key in ("lead", "core") if key in given}
        assert owners(section, work, given, **named) == said
