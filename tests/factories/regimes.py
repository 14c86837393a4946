"""Regimes at work, in words: who may do what with a result on a day, and who owns it."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from consortium.periods import Period, add_months
from consortium.rules.cases import read_case
from consortium.rules.choices import OrganizationKind
from consortium.rules.documents import read_charter
from funding.rules.choices import InstrumentKind
from ip.rules.choices import ResultKind, Use
from ip.rules.facts import Affiliation, Bond, Question, Standing, Stay, Work, applies
from ip.rules.ownership import Inventor, Making, owned
from ip.rules.rights import Answer, Verdict, answer
from ip.rules.section import IPSection
from ip.rules.windows import promised, starting

ROOT = Path(__file__).parents[2]
REGIMES = sorted(path.stem for path in (ROOT / "docs/examples").glob("ip-*.toml"))
CASES = {
    path.stem: read_case(path.read_text(encoding="utf-8"))
    for path in (ROOT / "consortium/cases").glob("*.toml")
}
KINDS = {
    "university": OrganizationKind.UNIVERSITY,
    "institute": OrganizationKind.RESEARCH_INSTITUTE,
    "state": OrganizationKind.GOVERNMENT,
}
"""What the organizations of these examples are; all others are enterprises."""

WORDS = {
    Verdict.NO: "no",
    Verdict.ON_TERMS: "on terms",
    Verdict.WITH_CONSENT: "with consent",
    Verdict.AFTER_NOTICE: "after notice",
    Verdict.WITHIN: "within",
    Verdict.YES: "yes",
}


def regime(name: str) -> IPSection:
    """Return the `ip` section of an example charter."""
    text = (ROOT / "docs/examples" / f"{name}.toml").read_text(encoding="utf-8")
    return section_of(text)


def section_of(text: str) -> IPSection:
    found = read_charter(text).sections["ip"]
    assert isinstance(found, IPSection)
    return found


def phase(slug: str, code: str) -> IPSection:
    """Return the `ip` section of a case's phase."""
    charter = next(each for each in CASES[slug].charters if each.code == code)
    found = charter.sections["ip"]
    assert isinstance(found, IPSection)
    return found


def result(
    section: IPSection,
    arose_on: date,
    *,
    paid_by: str = "",
    tier: str = "",
    disclosed_on: date | None = None,
    project_ends_on: date | None = None,
) -> Work:
    """Return a patentable invention with the window the section promises."""
    paid = frozenset({InstrumentKind(paid_by)} if paid_by else ())
    work = Work(ResultKind.PATENT, arose_on, tier, paid, project_ends_on)
    for index, rule in enumerate(section.exclusivity):
        starts_on = starting(
            rule,
            completed_on=arose_on,
            disclosed_on=disclosed_on or arose_on,
            project_ends_on=project_ends_on,
        )
        if applies(rule.when, work) and starts_on is not None:
            window = promised(rule, starts_on=starts_on, path=f"exclusivity[{index}]")
            return Work(work.kind, arose_on, tier, paid, project_ends_on, window)
    return work


def people(arose_on: date) -> dict[str, tuple[Standing, Bond]]:
    """Return who may ask about a result that arose on a day.

    Members have been there for years; who joined later, or left, did so a year after it.
    """
    long, later = add_months(arose_on, -60), add_months(arose_on, 12)
    member = Standing(stays=(Stay(Period(long)),))
    took_part = (Period(long),)
    left = (Stay(Period(long, later)),)
    broke = (Stay(Period(long, later), breach=True),)
    half, whole = Fraction(1, 2), Fraction(1)
    return {
        "owner": (member, Bond(shares=((Period(arose_on), whole),), took_part=took_part)),
        "co-owner": (member, Bond(shares=((Period(arose_on), half),), took_part=took_part)),
        "participant": (member, Bond(took_part=took_part)),
        "asker": (member, Bond(asked=tuple((use, later) for use in Use))),
        "association": (Standing(association=True), Bond()),
        "member": (member, Bond()),
        "later-member": (Standing(stays=(Stay(Period(later)),)), Bond()),
        "affiliate": (Standing(affiliated=(Affiliation(Period(long), long),)), Bond()),
        "former-member": (Standing(stays=left), Bond()),
        "expelled": (Standing(stays=broke), Bond()),
        "domestic": (Standing(domestic=True), Bond()),
        "outsider": (Standing(), Bond()),
    }


def asked(section: IPSection, work: Work, who: str, use: str, on: date) -> str:
    """Return what somebody may do with a result on a day, in words: `no: exclusive (code)`."""
    standing, bond = people(work.arose_on)[who]
    return said(section, answer(Question(section, work, standing, bond), Use(use), on))


def said(section: IPSection, found: Answer) -> str:
    codes = {path: clause.code for path, clause in section.clauses()}
    why = {
        Verdict.NO: found.reason,
        Verdict.ON_TERMS: found.terms,
        Verdict.WITHIN: found.within,
    }.get(found.verdict)
    path = found.path.partition(".")[0]
    by = "; ".join(word for word in (codes.get(path, path), *found.conditions) if word)
    return f"{WORDS[found.verdict]}{f': {why}' if why else ''}{f' ({by})' if by else ''}"


def owners(section: IPSection, work: Work, parts: Mapping[str, str], **named: str) -> str:
    """Return who owns a result by the rules, in words: `north 2/3, south 1/3 (code)`.

    `parts`: what each did, as contributor and as its inventors' employer; `named`: the lead,
    and whose core business it is.
    """
    exact = {name: Fraction(part) for name, part in parts.items()}
    making = Making(
        exact,
        kinds={name: KINDS.get(name, OrganizationKind.ENTERPRISE) for name in (*parts, *KINDS)},
        inventors=[Inventor(name, part) for name, part in exact.items()],
        association="association",
        lead=named.get("lead"),
        funder="state",
        core_business=named.get("core"),
    )
    found = owned(section, work, making)
    each = ", ".join(f"{name} {part}" for name, part in found.parts.items())
    return f"{each} ({found.rule.code})"
