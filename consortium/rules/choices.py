"""The choices documents are written with; the tables' choices are made from these."""

from enum import StrEnum


class OrganizationKind(StrEnum):
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    RESEARCH_INSTITUTE = "research_institute"
    INTERMEDIARY = "intermediary"
    GOVERNMENT = "government"
    OTHER = "other"


class Stage(StrEnum):
    """Where along the chain members cooperate (seed, table 1: 合作环节)."""

    PRE_COMPETITIVE = "pre_competitive"
    KEY_TECHNOLOGY = "key_technology"
    MARKET_DRIVEN = "market_driven"


class Structure(StrEnum):
    """Whether members compete on one step or follow each other (seed, section 4.2)."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class Initiator(StrEnum):
    """Who starts and leads (seed, section 4.2)."""

    GOVERNMENT = "government"
    PROJECT = "project"
    ENTERPRISE = "enterprise"
    RESEARCH_INSTITUTE = "research_institute"


class LegalForm(StrEnum):
    ASSOCIATION = "association"
    COMPANY = "company"
    JOINT_VENTURE = "joint_venture"
    CONTRACT = "contract"
    SOCIAL_ORGANIZATION = "social_organization"
    OTHER = "other"


class Rank(StrEnum):
    """What a member's seat on a body is; no dues category."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    STANDING = "standing"
    MEMBER = "member"


class Basis(StrEnum):
    """What a recorded day or fact rests on; shown to the reader."""

    SEED = "seed"
    OTHER_SOURCE = "other_source"
    ASSUMPTION = "assumption"


class SuspendedRight(StrEnum):
    VOTING = "voting"
    PROPOSALS = "proposals"
    ACCESS = "access"


class Language(StrEnum):
    EN = "en"
    ZH_HANS = "zh-hans"


class Row(StrEnum):
    """The rows of the comparison (seed, table 1, with 4.2's structure), in its order."""

    COUNTRY = "country"
    PERIOD = "period"
    GOAL = "goal"
    STAGE = "stage"
    STRUCTURE = "structure"
    INITIATOR = "initiator"
    MEMBERS = "members"
    LEGAL_FORM = "legal_form"
    GOVERNANCE = "governance"
    MONEY = "money"
    RESEARCH = "research"
    GOVERNMENT = "government"
    RESULTS = "results"
    END = "end"


class Level(StrEnum):
    """What breaking a limit does: refuse, or only tell."""

    HARD = "hard"
    WARNING = "warning"


class Left(StrEnum):
    """How somebody left: with the notice the charter asks for, by agreement before it has run
    out, without either, put out for a breach, or because the organization is no more.
    """

    NOTICE = "notice"
    AGREEMENT = "agreement"
    WITHOUT_NOTICE = "without_notice"
    EXPELLED = "expelled"
    CEASED = "ceased"


BREACH = frozenset({Left.WITHOUT_NOTICE, Left.EXPELLED})
"""Who left so, left in breach; anybody else in good standing."""


class BodyKind(StrEnum):
    ASSEMBLY = "assembly"
    BOARD = "board"
    EXECUTIVE = "executive"
    ADVISORY = "advisory"
    SECRETARIAT = "secretariat"


class Matter(StrEnum):
    """What a body may be named to decide; issues to come add their own."""

    ADOPT_CHARTER = "adopt_charter"
    ADMIT = "admit"
    EXPEL = "expel"
    APPROVE_WRITE_OFF = "approve_write_off"
    CONFIRM_DUES = "confirm_dues"


class SecondPerson(StrEnum):
    """The staff role that must agree besides the deciding body; a subset of the roles."""

    SECRETARY = "secretary"
    FINANCE = "finance"
    PROJECTS = "projects"
    IP = "ip"
    AUDITOR = "auditor"
    ACCOUNTANT = "accountant"
    SUPERVISOR = "supervisor"


class Agreement(StrEnum):
    """How a recorded fact stands to the source paper."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_IN_PAPER = "not_in_paper"
    PAPER_ONLY = "paper_only"
    NOT_CHECKED = "not_checked"


class Confidence(StrEnum):
    """How sure it is that the source paper is not right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    CONTESTED = "contested"


class Rhythm(StrEnum):
    """How often a report is made, each time for the period that has just ended."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class FileFormat(StrEnum):
    """What a report is written as."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
