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


class Basis(StrEnum):
    """What a recorded day or fact rests on; shown to the reader."""

    SEED = "seed"
    OTHER_SOURCE = "other_source"
    ASSUMPTION = "assumption"


class SuspendedRight(StrEnum):
    VOTING = "voting"
    PROPOSALS = "proposals"
    ACCESS = "access"
