"""The results of the demonstration alliance: whose they are, who may use them, what they earn.

One is kept to the members for a few days more, one has opened to firms at home, one is owned
by two with a patent, one waits for its evaluation.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

from config.demo.people import signatory
from config.demo.research import starts
from config.demo.work import DETECTOR, ETCHER, project_of
from config.demo.years import DAY, Act, Alliance
from consortium.models import Organization
from consortium.operations.organizations import register_organization
from consortium.periods import add_months
from consortium.states import Role
from funding.models import FundingInstrument
from funding.operations.instruments import Funding, record_instrument
from funding.rules.choices import InstrumentKind
from ip.models import LicenceApplication, Result
from ip.operations.applying import Wanted, apply_for_licence, enter_application
from ip.operations.asking import Asked, request_access
from ip.operations.background import Brought, add_background
from ip.operations.disclosing import disclose
from ip.operations.evaluating import evaluate
from ip.operations.granting import grant_licence
from ip.operations.licensing import Offered, consent_to_licence, propose_licence
from ip.operations.patents import Planned, record_event, register_application, register_family
from ip.operations.publishing import Planned as Publication
from ip.operations.publishing import give_notice
from ip.operations.soundness import Disclosure, Invention
from ip.rules.choices import Confidentiality, LicenceKind, ResultKind, Use
from ip.rules.offices import Applicants, RightKind
from ip.rules.patents import Happening
from ip.states import Protection

RESULTS = Path(__file__).with_suffix(".toml")
MONTHS = 24
"""For how many months the charter keeps a result to the members."""

STATED_WITHIN = 60
"""Days after its period in which a licensee states its sales."""


def results(today: date) -> Iterator[tuple[date, Act]]:
    """Yield what is disclosed, protected, licensed and asked for, day by day."""
    early = add_months(today, 1 - MONTHS)
    filed = add_months(today + 4 * DAY, -12)
    licensed = add_months(today + (5 - STATED_WITHIN) * DAY, -6)
    # Kept to the members until this week, and until a month ago.
    yield early, partial(tell, "seal", add_months(today + 5 * DAY, -MONTHS))
    yield early, partial(tell, "labels", add_months(today - 30 * DAY, -MONTHS))
    yield starts(today)[0] + 20 * DAY, equip
    yield filed, partial(tell, "source", filed - 40 * DAY)
    yield filed, apply_for_patents
    yield licensed, license_member
    yield today - 27 * DAY, announce_paper
    yield today - 11 * DAY, license_outsider
    yield today - 4 * DAY, partial(tell, "light", today - 20 * DAY)
    yield today - 2 * DAY, ask_for_access


@cache
def written() -> Mapping[str, Any]:
    said: Mapping[str, Any] = tomllib.loads(RESULTS.read_text(encoding="utf-8"))["results"]
    return said


def result_of(key: str, alliance: Alliance) -> Result:
    found: Result = alliance.consortium.results.get(name_en=written()[key]["name"]["en"])
    return found


def outsider(kind: str, name_en: str, name_zh: str, alliance: Alliance, on: date) -> Organization:
    """Register an organization that is no member."""
    return register_organization(
        consortium=alliance.consortium,
        name_en=name_en,
        name_zh=name_zh,
        kind=kind,
        country="CN",
        by=alliance.secretary,
        on=on,
    )


# What people do


def tell(key: str, completed_on: date, alliance: Alliance, on: date) -> None:
    """Let the first of its makers disclose a result, and evaluate it where that is decided."""
    said = written()[key]
    own = {login: each.organization for login, each in alliance.members.items()}
    project = project_of(said["project"], alliance) if "project" in said else None
    paid = FundingInstrument.objects.filter(project=project) if project is not None else ()
    first = next(iter(said["parts"]))
    disclosure = Disclosure(
        kind=ResultKind(said["kind"]),
        completed_on=completed_on,
        contributions={own[login]: Fraction(part) for login, part in said["parts"].items()},
        name_en=said["name"]["en"],
        name_zh=said["name"]["zh"],
        summary=said["summary"],
        confidentiality=Confidentiality(said.get("confidentiality", "project")),
        project=project,
        work_package=said.get("package", ""),
        inventors=tuple(
            Invention(name, own[login], Fraction(part)) for name, login, part in said["inventors"]
        ),
        instruments=tuple(paid),
    )
    by = signatory(first)
    result = disclose(member=alliance.members[first], disclosure=disclosure, by=by, on=on)
    if "protection" in said:
        protection, officer = Protection(said["protection"]), alliance.team[Role.IP]
        evaluate(result=result, protection=protection, reason=said["reason"], by=officer, on=on)


def equip(alliance: Alliance, on: date) -> None:
    """Record the grant that pays for the etcher, and what its lead brings in."""
    project = project_of(ETCHER, alliance)
    funding = Funding(
        kind=InstrumentKind.GRANT,
        title="省重点研发计划专项",
        funder=outsider("government", "Provincial department", "江海省科学技术厅", alliance, on),
        recipient=project.organization,
        project=project,
        contract="JH-ZX-07",
        amount=Decimal(3000000),
        starts_on=on,
    )
    officer = alliance.team[Role.IP]
    record_instrument(consortium=alliance.consortium, funding=funding, by=officer, on=on)
    brought = Brought(
        title="刻蚀腔体温度控制方法",
        kind=ResultKind.PATENT,
        project=project,
        description="腔体分区控温，供本项目整机集成使用。",
        limits="仅限本项目",
    )
    by = signatory("huaxin")
    add_background(member=alliance.members["huaxin"], brought=brought, by=by, on=on)


def apply_for_patents(alliance: Alliance, on: date) -> None:
    """File the plasma source at home, and plan to claim that day in the United States."""
    officer = alliance.team[Role.IP]
    result = result_of("source", alliance)
    family = register_family(result=result, title=result.name_zh, by=officer, on=on)
    home = Planned("CN", RightKind.PATENT, applicants=Applicants.SEVERAL)
    application = register_application(family=family, planned=home, by=officer, on=on)
    record_event(
        application=application,
        kind=Happening.FILED,
        happened_on=on,
        number="CN2025100000001",
        by=officer,
        on=on,
    )
    abroad = Planned("US", RightKind.PATENT, priority_on=on, applicants=Applicants.SEVERAL)
    register_application(family=family, planned=abroad, by=officer, on=on)


def license_member(alliance: Alliance, on: date) -> None:
    """License a member; it has not stated the sales of its first half year yet."""
    wanted = Wanted(LicenceKind.NON_EXCLUSIVE, [Use.EXPLOIT], "用于本公司检测设备的标注模块")
    applicant, result = alliance.members["jingche"], result_of("labels", alliance)
    by = signatory("jingche")
    application = apply_for_licence(applicant=applicant, result=result, wanted=wanted, by=by, on=on)
    offered = Offered(
        starts_on=on, unit="CNY", rate=Decimal("0.02"), every_months=6, within_days=STATED_WITHIN
    )
    officer = alliance.team[Role.IP]
    licence = propose_licence(application=application, offered=offered, by=officer, on=on)
    share, owner = result.shares.get(), signatory("ruide")
    consent_to_licence(share=share, licence=licence, by=owner, on=on)
    grant_licence(licence=licence, by=alliance.secretary, on=on)


def license_outsider(alliance: Alliance, on: date) -> None:
    """Propose terms to a firm outside, which has applied; the owner has to agree."""
    firm = outsider("enterprise", "Xinhe Packaging", "江海芯禾封装有限公司", alliance, on)
    officer = alliance.team[Role.IP]
    application: LicenceApplication = enter_application(
        result=result_of("labels", alliance),
        applicant=firm,
        wanted=Wanted(LicenceKind.NON_EXCLUSIVE, [Use.EXPLOIT], "用于封装线缺陷复检"),
        applied_on=on - 2 * DAY,
        by=officer,
        on=on,
    )
    offered = Offered(
        starts_on=on, unit="CNY", fee=Decimal(200000), rate=Decimal("0.03"), every_months=6
    )
    propose_licence(application=application, offered=offered, by=officer, on=on)


def announce_paper(alliance: Alliance, on: date) -> None:
    """Let the university announce a paper; who may object does so this week or not at all."""
    planned = Publication(
        title="晶圆缺陷的小样本识别",
        planned_on=on + 60 * DAY,
        text="拟投稿摘要：用少量样本识别新型缺陷。",
        project=project_of(DETECTOR, alliance),
    )
    give_notice(member=alliance.members["jhu"], planned=planned, by=signatory("jhu"), on=on)


def ask_for_access(alliance: Alliance, on: date) -> None:
    """Let another member ask for the seal while it is kept to the members."""
    asked = Asked(
        result=result_of("seal", alliance),
        asker=alliance.members["haiyuan"].organization,
        uses=(Use.EXPLOIT,),
        purpose="用于出口清洗设备的真空腔",
    )
    request_access(asked=asked, by=signatory("haiyuan"), on=on)
