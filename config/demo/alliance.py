"""A made-up provincial alliance of 24 members, lived in for three years up to today.

Its year begins on the day it was founded, forty days before today, so that whenever it is
built the round of its fourth year is open, half answered, and about to close.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from config.demo.members import firms
from config.demo.people import Person, account, spokesman, staff
from config.demo.receipts import receipts
from config.demo.reports import reports
from config.demo.research import research
from config.demo.results import results
from config.demo.work import work
from config.demo.years import JOINERS, Alliance, join, live
from consortium.models import Consortium
from consortium.operations.adoption import adopt_charter, propose_adoption
from consortium.operations.appointments import appoint, end_appointment
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, amend_consortium, found, set_goal
from consortium.operations.organizations import record_control
from consortium.periods import add_months
from consortium.rules.documents import read_charter
from consortium.states import Role

SLUG = "jianghai-chips"
YEARS = 3
INTO_THE_YEAR = timedelta(days=40)
CHARTER = Path(__file__).with_name("alliance.toml")

STAFF = {
    Role.SECRETARY: Person("secretary", "林文 Lin Wen"),
    Role.FINANCE: Person("finance", "赵敏 Zhao Min"),
    Role.AUDITOR: Person("auditor", "何审 He Shen"),
    Role.PROJECTS: Person("projects", "钱研 Qian Yan"),
    Role.IP: Person("ip", "苏权 Su Quan"),
    Role.READER: Person("reader", "周览 Zhou Lan"),
    Role.SUPERVISOR: Person("supervisor", "省厅 Provincial department"),
}

REVIEWERS = (
    Person("reviewer", "吴评 Wu Ping"),
    Person("reviewer-2", "郑衡 Zheng Heng"),
    Person("reviewer-3", "冯鉴 Feng Jian"),
)
"""Independent experts, who judge every proposal."""


def founded_on(today: date) -> date:
    """Return the founding day, from which the alliance's years are counted."""
    return add_months(today - INTO_THE_YEAR, -12 * YEARS)


def build(today: date) -> Consortium:
    """Found the alliance and live it through to today."""
    on = founded_on(today)
    consortium = found(founding=founding(on), by=None, on=on)
    team = staff(consortium, STAFF, since=on)
    judges = [staff(consortium, {Role.REVIEWER: each}, since=on) for each in REVIEWERS]
    alliance = Alliance(
        consortium,
        team,
        {firm.login: firm for firm in firms()},
        reviewers=[each[Role.REVIEWER] for each in judges],
    )
    write_charter(alliance, on)
    for firm in alliance.firms.values():
        if firm.login not in JOINERS:
            join(firm.login, alliance, on)
    name_units(alliance, on)
    set_goals(alliance, on, today)
    acts = [
        *receipts(alliance, today), *research(today), *work(today), *results(today),
        *reports(today),
    ]  # fmt: skip
    live(alliance, today, acts)
    stir(alliance, today)
    return consortium


def founding(on: date) -> Founding:
    return Founding(
        slug=SLUG,
        name_en="Jianghai Integrated Circuit Equipment Alliance",
        name_zh="江海省集成电路装备产业技术创新战略联盟",
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="zh-hans",
        legal_form="contract",
        stage="key_technology",
        structure="vertical",
        initiator="enterprise",
        starts_on=on,
        field_en="Integrated circuit equipment",
        field_zh="集成电路装备",
    )


def write_charter(alliance: Alliance, on: date) -> None:
    document = read_charter(CHARTER.read_text(encoding="utf-8"))
    sections = {code: section.stored() for code, section in document.sections.items()}
    for levy in sections["dues"]["levies"]:
        if levy["trigger"]["kind"] == "period":
            levy["trigger"]["anchor"] = on.isoformat()
    draft = draft_charter(
        consortium=alliance.consortium,
        code=document.code,
        name_en=document.title.en,
        name_zh=document.title.zh,
        starts_on=on,
        sections=sections,
        by=alliance.secretary,
        on=on,
    )
    propose_adoption(charter=draft, body="assembly", decided_on=on, by=alliance.secretary, on=on)
    adopt_charter(charter=draft, by=alliance.finance, on=on)


def name_units(alliance: Alliance, on: date) -> None:
    """Name who leads, who keeps the secretariat and the funds, and who controls whom."""
    lead = alliance.members["huaxin"].organization
    host = alliance.members["imr"].organization
    changes = {
        "lead": lead,
        "host_unit": host,
        "liable_unit": lead,
        "funds_holder": host,
        "funds_account": "6222 0000 0000 0001",
    }
    amend_consortium(consortium=alliance.consortium, changes=changes, by=alliance.secretary, on=on)
    record_control(
        consortium=alliance.consortium,
        organization=alliance.members["qiming"].organization,
        controller=lead,
        share=Decimal("0.51"),
        starts_on=on,
        by=alliance.secretary,
        on=on,
    )


def set_goals(alliance: Alliance, on: date, today: date) -> None:
    set_goal(
        consortium=alliance.consortium,
        text_en="A domestic etching tool qualified on two production lines",
        text_zh="国产刻蚀设备在两条生产线上通过验证",
        set_on=on,
        due_on=today + timedelta(days=6),
        by=alliance.secretary,
        on=on,
    )


def stir(alliance: Alliance, today: date) -> None:
    """Let a contact's appointment end this week, and a member name a technical contact."""
    spokesman(
        alliance.consortium,
        alliance.members["huaxin"].organization,
        Person("huaxin-tech", "罗工 Luo Gong"),
        role=Role.TECHNICAL_CONTACT,
        since=founded_on(today),
    )
    contact = appoint(
        consortium=alliance.consortium,
        user=account(Person("contact", "孙联 Sun Lian")),
        role=Role.FINANCE_CONTACT,
        organization=alliance.members["lanhai"].organization,
        starts_on=founded_on(today),
        by=alliance.secretary,
        on=today,
    )
    end_appointment(
        appointment=contact, ends_on=today + timedelta(days=4), by=alliance.secretary, on=today
    )
