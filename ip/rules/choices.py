"""The choices that the rules and tables of results are written with."""

from enum import StrEnum


class ResultKind(StrEnum):
    """What a result is, as it may be protected."""

    PATENT = "patent"
    UTILITY_MODEL = "utility_model"
    INDUSTRIAL_RIGHT = "industrial_right"
    DESIGN = "design"
    SOFTWARE = "software"
    KNOW_HOW = "know_how"
    STANDARD = "standard"


class Confidentiality(StrEnum):
    """Who may read what a result is: everyone, the members, its project, or its owners."""

    PUBLIC = "public"
    MEMBERS = "members"
    PROJECT = "project"
    OWNERS = "owners"


class Owner(StrEnum):
    """To whom a rule gives a result."""

    GENERATOR = "generator"
    EMPLOYER = "employer"
    ASSOCIATION = "association"
    LEAD = "lead"
    FUNDER = "funder"
    CORE_BUSINESS = "core_business"


class Split(StrEnum):
    """How several owners' shares are found."""

    CONTRIBUTION = "contribution"
    EQUAL = "equal"


class Event(StrEnum):
    """The day from which a window is counted."""

    COMPLETION = "completion"
    DISCLOSURE = "disclosure"
    PROJECT_END = "project_end"


class Party(StrEnum):
    """What an organization is to a result on a day, the nearest first."""

    OWNER = "owner"
    PARTICIPANT = "participant"
    ASSOCIATION = "association"
    MEMBER = "member"
    LATER_MEMBER = "later_member"
    AFFILIATE = "affiliate"
    FORMER_MEMBER = "former_member"
    EXPELLED = "expelled"
    DOMESTIC = "domestic"
    ANYONE = "anyone"


class Use(StrEnum):
    """What somebody may do with a result."""

    IMPLEMENT = "implement"
    RESEARCH = "research"
    EXPLOIT = "exploit"
    LICENSE = "license"
    TRANSFER = "transfer"


class Terms(StrEnum):
    """On which terms, the most generous first."""

    ROYALTY_FREE = "royalty_free"
    PREFERENTIAL = "preferential"
    FAIR = "fair"
    ROYALTY = "royalty"
    FEE_AND_ROYALTY = "fee_and_royalty"
    NEGOTIATED = "negotiated"


class Consent(StrEnum):
    """What a co-owner needs from the others: nothing, to tell them, or that all agree."""

    FREE = "free"
    NOTICE = "notice"
    ALL = "all"


class Subject(StrEnum):
    """What access is given to."""

    RESULTS = "results"
    BACKGROUND = "background"


class Listing(StrEnum):
    """Whether background is what is listed, or everything but what is excluded."""

    LISTED = "listed"
    ALL_BUT_EXCLUDED = "all_but_excluded"


class Succession(StrEnum):
    """Who takes over what the association or a vanished owner held when it ends."""

    OWNERS = "owners"
    MEMBERS_EQUAL = "members_equal"
    HOST = "host"


class Grantor(StrEnum):
    """Who grants a licence: the result's owners, or the body the rule names."""

    OWNERS = "owners"
    BODY = "body"


class Stance(StrEnum):
    """What a party says to a planned publication: yes, not yet, or not like this."""

    CONSENT = "consent"
    DELAY = "delay"
    CHANGE = "change"


class Review(StrEnum):
    """Where the review of a planned publication stands on a day.

    Running; put off by an objection; agreed but before the notice has run out; silent
    where silence is no consent. The last three may be published: all agreed, nobody
    objected in time, the longest delay is over.
    """

    WAITING = "waiting"
    OBJECTED = "objected"
    EARLY = "early"
    SILENT = "silent"
    CONSENTED = "consented"
    DEEMED = "deemed"
    DELAYED = "delayed"


class LicenceKind(StrEnum):
    """Who besides the licensee may use it: nobody, the owners, or anyone licensed."""

    EXCLUSIVE = "exclusive"
    SOLE = "sole"
    NON_EXCLUSIVE = "non_exclusive"
