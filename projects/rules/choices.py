"""The choices that projects' rules and tables are written with."""

from enum import StrEnum


class Initiative(StrEnum):
    """Who sets what research is about."""

    TOP_DOWN = "top_down"
    BOTTOM_UP = "bottom_up"


class Authority(StrEnum):
    """Who decides whether a proposal becomes a project."""

    MEMBERS = "members"
    GOVERNMENT = "government"
    INSTITUTE = "institute"


class Screeners(StrEnum):
    """Who judges proposals before the decision."""

    MEMBERS = "members"
    EXPERTS = "experts"
    INSTITUTE = "institute"
    NOBODY = "nobody"


class Site(StrEnum):
    """Where work is done."""

    JOINT = "joint"
    HOST = "host"
    MEMBER = "member"


class Payer(StrEnum):
    """Who pays a seconded person."""

    HOME = "home"
    CONSORTIUM = "consortium"
    SHARED = "shared"


class Measure(StrEnum):
    """What a requirement of a call or charter looks at in a proposal."""

    PARTICIPANTS = "participants"
    MEMBERS = "members"
    OUTSIDERS = "outsiders"
    ENTERPRISES = "enterprises"
    UNIVERSITIES = "universities"
    COUNTRIES = "countries"
    GROUPS = "groups"
    MONTHS = "months"
    BUDGET = "budget"
    LARGEST_COST_SHARE = "largest_cost_share"
    ENTERPRISE_COST_SHARE = "enterprise_cost_share"
    OWN_MONEY_SHARE = "own_money_share"
    ARREARS_DAYS = "arrears_days"
    SUSPENDED = "suspended"


class Handling(StrEnum):
    """What is done with a field that competitors must not share."""

    REFUSE = "refuse"
    FLAG = "flag"


class Spread(StrEnum):
    """How reviewers' scores are made comparable."""

    NONE = "none"
    STANDARD = "standard"


class Part(StrEnum):
    """What an organization is in a proposal or project."""

    LEAD = "lead"
    PARTNER = "partner"
    SUBCONTRACTOR = "subcontractor"
