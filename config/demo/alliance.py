"""A made-up provincial alliance, lived in for three years up to today.

Its year begins on the first of a month five to nine weeks ahead, so that
whenever it is built the next round of figures is open and half answered.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import stdnum.cn.uscc

from config.demo.people import Person, account, spokesman, staff
from consortium.models import Consortium, Member, User
from consortium.operations.adoption import adopt_charter, propose_adoption
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint, end_appointment
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, amend_consortium, found, set_goal
from consortium.operations.members import admit, change_category
from consortium.operations.organizations import record_control, register_organization
from consortium.periods import add_months
from consortium.rules.documents import read_charter
from consortium.states import Role
from funding.operations.declarations import Figures, declare, enter_declaration

SLUG = "jianghai-chips"
YEARS = 3
DAY = timedelta(days=1)
CHARTER = Path(__file__).with_name("alliance.toml")

STAFF = {
    Role.SECRETARY: Person("secretary", "林文 Lin Wen"),
    Role.FINANCE: Person("finance", "赵敏 Zhao Min"),
    Role.AUDITOR: Person("auditor", "何审 He Shen"),
    Role.READER: Person("reader", "周览 Zhou Lan"),
    Role.SUPERVISOR: Person("supervisor", "省厅 Provincial department"),
}


@dataclass(frozen=True)
class Firm:
    """A made-up member: `sales` in CNY in the first year, None where nothing is declared."""

    login: str
    name_en: str
    name_zh: str
    kind: str
    category: str
    sales: int | None
    growth: str = "1.10"


FIRMS = (
    Firm(
        "huaxin",
        "Huaxin Semiconductor Equipment",
        "华信半导体装备股份有限公司",
        "enterprise",
        "council",
        640_000_000,
    ),
    Firm(
        "lanhai", "Lanhai Precision", "蓝海精密仪器有限公司", "enterprise", "council", 285_400_000
    ),
    Firm(
        "dongfeng",
        "Dongfang Vacuum",
        "东方真空技术有限公司",
        "enterprise",
        "council",
        1_350_000_000,
        "1.22",
    ),
    Firm(
        "xinyuan",
        "Xinyuan Materials",
        "芯源材料科技有限公司",
        "enterprise",
        "ordinary",
        74_250_000,
        "1.35",
    ),
    Firm("qiming", "Qiming Optics", "启明光学有限公司", "enterprise", "ordinary", 21_800_000),
    Firm(
        "tianhe",
        "Tianhe Motion Control",
        "天河运动控制有限公司",
        "enterprise",
        "ordinary",
        118_900_000,
        "0.94",
    ),
    Firm("ruide", "Ruide Software", "瑞得软件有限公司", "enterprise", "ordinary", 33_000_000),
    Firm(
        "yuanda", "Yuanda Clean Rooms", "远大净化工程有限公司", "enterprise", "ordinary", 96_400_000
    ),
    Firm("jhu", "Jianghai University", "江海大学", "university", "research", None),
    Firm(
        "jiit", "Jianghai Institute of Technology", "江海理工学院", "university", "research", None
    ),
    Firm(
        "imr",
        "Institute of Microelectronics Research",
        "江海省微电子研究院",
        "research_institute",
        "research",
        None,
    ),
)


def build(today: date) -> Consortium:
    """Found the alliance and live it through to today."""
    year_starts = add_months((today + timedelta(days=35)).replace(day=1), 1)
    founded_on = add_months(year_starts, -12 * YEARS)
    consortium = found(founding=founding(founded_on), by=None, on=founded_on)
    team = staff(consortium, STAFF, since=founded_on)
    write_charter(consortium, founded_on, team)
    members = admit_all(consortium, founded_on, team[Role.SECRETARY])
    name_units(consortium, members, team[Role.SECRETARY], founded_on)
    set_goals(consortium, team[Role.SECRETARY], founded_on, today)
    for n in range(YEARS + 1):
        starts_on = add_months(founded_on, 12 * n)
        collect(consortium, members, team, starts_on, n, today)
    advance(consortium=consortium, to=today)
    stir(consortium, members, team[Role.SECRETARY], today)
    return consortium


def founding(founded_on: date) -> Founding:
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
        starts_on=founded_on,
        fiscal_year_month=founded_on.month,
        field_en="Integrated circuit equipment",
        field_zh="集成电路装备",
    )


def code_for(n: int) -> str:
    """Return a made-up but well-formed unified social credit code."""
    front = f"91330{n:03d}MA2DEMO{n % 10}{(n * 7) % 10}"[:17].ljust(17, "0")
    front = front.replace("O", "0")
    return front + stdnum.cn.uscc.calc_check_digit(front)


def admit_all(consortium: Consortium, on: date, secretary: User) -> dict[str, Member]:
    members = {}
    for n, firm in enumerate(FIRMS, start=1):
        organization = register_organization(
            consortium=consortium,
            name_en=firm.name_en,
            name_zh=firm.name_zh,
            kind=firm.kind,
            country="CN",
            registration_number=code_for(n),
            by=secretary,
            on=on,
        )
        members[firm.login] = admit(
            consortium=consortium,
            organization=organization,
            category=firm.category,
            starts_on=on,
            by=secretary,
            on=on,
        ).member
        person = Person(firm.login, f"{firm.name_zh[:4]} · {firm.name_en.split()[0]}")
        spokesman(consortium, organization, person, since=on)
    record_control(
        consortium=consortium,
        organization=members["qiming"].organization,
        controller=members["huaxin"].organization,
        share=Decimal("0.51"),
        starts_on=on,
        by=secretary,
        on=on,
    )
    return members


def write_charter(consortium: Consortium, on: date, team: dict[Role, User]) -> None:
    document = read_charter(CHARTER.read_text(encoding="utf-8"))
    sections = {code: section.stored() for code, section in document.sections.items()}
    for levy in sections["dues"]["levies"]:
        levy["trigger"]["anchor"] = on.isoformat()
    draft = draft_charter(
        consortium=consortium,
        code=document.code,
        name_en=document.title.en,
        name_zh=document.title.zh,
        starts_on=on,
        sections=sections,
        by=team[Role.SECRETARY],
        on=on,
    )
    propose_adoption(charter=draft, body="assembly", decided_on=on, by=team[Role.SECRETARY], on=on)
    adopt_charter(charter=draft, by=team[Role.FINANCE], on=on)


def name_units(
    consortium: Consortium, members: dict[str, Member], secretary: User, on: date
) -> None:
    host = members["imr"].organization
    changes = {
        "lead": members["huaxin"].organization,
        "host_unit": host,
        "liable_unit": members["huaxin"].organization,
        "funds_holder": host,
        "funds_account": "6222 0000 0000 0001",
    }
    amend_consortium(consortium=consortium, changes=changes, by=secretary, on=on)


def set_goals(consortium: Consortium, secretary: User, on: date, today: date) -> None:
    set_goal(
        consortium=consortium,
        text_en="A domestic etching tool qualified on two production lines",
        text_zh="国产刻蚀设备在两条生产线上通过验证",
        set_on=on,
        due_on=today + timedelta(days=6),
        by=secretary,
        on=on,
    )


def collect(
    consortium: Consortium,
    members: dict[str, Member],
    team: dict[Role, User],
    starts_on: date,
    n: int,
    today: date,
) -> None:
    """Let the firms declare for a year: the last on paper, the coming year only by some."""
    coming = starts_on > today
    for position, firm in enumerate(firm for firm in FIRMS if firm.sales is not None):
        declared_on = max(starts_on - timedelta(days=80 - 5 * position), consortium.starts_on)
        if coming and (declared_on > today or position % 2):
            continue
        sales = Decimal(firm.sales or 0) * Decimal(firm.growth) ** n
        figures = Figures(
            levy="rd_contribution",
            period_starts_on=starts_on,
            values={"relevant_sales": sales.quantize(Decimal("0.01"))},
        )
        if declared_on > consortium.advanced_to:
            advance(consortium=consortium, to=declared_on - DAY)
        member = members[firm.login]
        if position == 7:
            enter_declaration(
                member=member,
                figures=figures,
                signed_by="王远 Wang Yuan",
                paper_on=declared_on,
                by=team[Role.FINANCE],
                on=declared_on,
            )
        else:
            signatory = User.objects.get(username=firm.login)
            declare(member=member, figures=figures, by=signatory, on=declared_on)


def stir(consortium: Consortium, members: dict[str, Member], secretary: User, today: date) -> None:
    """Leave something to do this week."""
    helper = account(Person("contact", "孙联 Sun Lian"))
    contact = appoint(
        consortium=consortium,
        user=helper,
        role=Role.FINANCE_CONTACT,
        organization=members["lanhai"].organization,
        starts_on=consortium.starts_on,
        by=secretary,
        on=today,
    )
    end_appointment(appointment=contact, ends_on=today + timedelta(days=4), by=secretary, on=today)
    change_category(
        member=members["tianhe"],
        category="council",
        from_on=today + timedelta(days=20),
        by=secretary,
        on=today,
    )
