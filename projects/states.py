"""Closed choices of projects, with their labels."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from consortium.states import Role, labelled
from projects.rules.choices import (
    Authority,
    Handling,
    Initiative,
    Measure,
    Part,
    Payer,
    Screeners,
    Site,
    Spread,
)
from projects.rules.conflicts import Conflict

INITIATIVES = labelled(
    {
        Initiative.TOP_DOWN: pgettext_lazy("initiative", "Top-down: topics are set"),
        Initiative.BOTTOM_UP: pgettext_lazy("initiative", "Bottom-up: participants propose topics"),
    }
)
AUTHORITIES = labelled(
    {
        Authority.MEMBERS: pgettext_lazy("authority", "Members"),
        Authority.GOVERNMENT: pgettext_lazy("authority", "Government"),
        Authority.INSTITUTE: pgettext_lazy("authority", "Lead institute"),
    }
)
SCREENERS = labelled(
    {
        Screeners.MEMBERS: pgettext_lazy("screeners", "Members"),
        Screeners.EXPERTS: pgettext_lazy("screeners", "Independent experts"),
        Screeners.INSTITUTE: pgettext_lazy("screeners", "Lead institute"),
        Screeners.NOBODY: pgettext_lazy("screeners", "Nobody: the authority decides at once"),
    }
)
SITES = labelled(
    {
        Site.JOINT: pgettext_lazy("site", "Joint facility"),
        Site.HOST: pgettext_lazy("site", "Host institute"),
        Site.MEMBER: pgettext_lazy("site", "Member's own site"),
    }
)
PAYERS = labelled(
    {
        Payer.HOME: pgettext_lazy("payer", "Home member"),
        Payer.CONSORTIUM: pgettext_lazy("payer", "Consortium"),
        Payer.SHARED: pgettext_lazy("payer", "Shared"),
    }
)
MEASURES = labelled(
    {
        Measure.PARTICIPANTS: pgettext_lazy("measure", "participants"),
        Measure.MEMBERS: pgettext_lazy("measure", "members among the participants"),
        Measure.OUTSIDERS: pgettext_lazy("measure", "participants that are no members"),
        Measure.ENTERPRISES: pgettext_lazy("measure", "enterprises"),
        Measure.UNIVERSITIES: pgettext_lazy("measure", "universities and institutes"),
        Measure.COUNTRIES: pgettext_lazy("measure", "countries"),
        Measure.GROUPS: pgettext_lazy("measure", "independent groups"),
        Measure.MONTHS: pgettext_lazy("measure", "months"),
        Measure.BUDGET: pgettext_lazy("measure", "budget"),
        Measure.LARGEST_COST_SHARE: pgettext_lazy("measure", "largest share of the cost"),
        Measure.ENTERPRISE_COST_SHARE: pgettext_lazy("measure", "enterprises' share of the cost"),
        Measure.OWN_MONEY_SHARE: pgettext_lazy("measure", "participants' own money"),
        Measure.ARREARS_DAYS: pgettext_lazy("measure", "days in arrears"),
        Measure.SUSPENDED: pgettext_lazy("measure", "participants whose proposals are suspended"),
    }
)
HANDLINGS = labelled(
    {
        Handling.REFUSE: pgettext_lazy("handling", "Refused"),
        Handling.FLAG: pgettext_lazy("handling", "Flagged"),
    }
)
SPREADS = labelled(
    {
        Spread.NONE: pgettext_lazy("spread", "As given"),
        Spread.STANDARD: pgettext_lazy("spread", "Standardized per reviewer"),
    }
)
PARTS = labelled(
    {
        Part.LEAD: pgettext_lazy("participant", "Lead"),
        Part.PARTNER: pgettext_lazy("participant", "Partner"),
        Part.SUBCONTRACTOR: pgettext_lazy("participant", "Subcontractor"),
    }
)


class Outcome(TextChoices):
    """What an authority decided about a proposal."""

    GRANTED = "granted", pgettext_lazy("decision", "Granted")
    REFUSED = "refused", pgettext_lazy("decision", "Refused")
    DEFERRED = "deferred", pgettext_lazy("decision", "Deferred")


class Happening(TextChoices):
    """What changes how a project stands."""

    SUSPENDED = "suspended", pgettext_lazy("project", "Suspended")
    RESUMED = "resumed", pgettext_lazy("project", "Resumed")
    TERMINATED = "terminated", pgettext_lazy("project", "Terminated")
    CLOSED = "closed", pgettext_lazy("project", "Closed")


class Standing(TextChoices):
    """How a project stands on a day, computed."""

    AWAITING_CONTRACT = "awaiting_contract", pgettext_lazy("project", "Contract not yet signed")
    RUNNING = "running", pgettext_lazy("project", "Running")
    SUSPENDED = "suspended", pgettext_lazy("project", "Suspended")
    TERMINATED = "terminated", pgettext_lazy("project", "Terminated")
    CLOSED = "closed", pgettext_lazy("project", "Closed")


class Progress(TextChoices):
    """How far a submitted proposal has got, computed."""

    SUBMITTED = "submitted", pgettext_lazy("proposal", "Waits for reviewers")
    IN_REVIEW = "in_review", pgettext_lazy("proposal", "In review")
    REVIEWED = "reviewed", pgettext_lazy("proposal", "To be decided")
    GRANTED = "granted", pgettext_lazy("proposal", "Granted")
    REFUSED = "refused", pgettext_lazy("proposal", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")


DEADLINES = (
    ("contract_due", pgettext_lazy("deadline", "Contracts")),
    ("milestone_due", pgettext_lazy("deadline", "Milestones")),
    ("deliverable_due", pgettext_lazy("deadline", "Deliverables")),
    ("report_due", pgettext_lazy("deadline", "Progress reports")),
    ("secondment_ends", pgettext_lazy("deadline", "Hand-backs")),
    ("review_due", pgettext_lazy("deadline", "Reviews")),
)
"""Kinds of deadlines, as the board's rows are called."""


class FacilityKind(TextChoices):
    """Whose a facility is."""

    JOINT = "joint", pgettext_lazy("facility", "Joint")
    HOST = "host", pgettext_lazy("facility", "Host institute's")
    MEMBER = "member", pgettext_lazy("facility", "Member's")


class Interest(TextChoices):
    """Why a person may not judge a proposal, as the reader is told."""

    SELF = Conflict.SELF.value, pgettext_lazy("conflict", "wrote or signed it")
    PARTICIPANT = Conflict.PARTICIPANT.value, pgettext_lazy("conflict", "speaks for a participant")
    GROUP = Conflict.GROUP.value, pgettext_lazy("conflict", "is of a participant's group")
    STAKE = (
        Conflict.STAKE.value,
        pgettext_lazy("conflict", "its organization or a participant's holds a fifth of the other"),
    )
    COMPETITOR = Conflict.COMPETITOR.value, pgettext_lazy("conflict", "is of a declared competitor")
    DEPENDENT = (
        Conflict.DEPENDENT.value,
        pgettext_lazy("conflict", "is of a member, but reviewers are independent"),
    )
    OUTSIDE = (
        Conflict.OUTSIDE.value,
        pgettext_lazy("conflict", "is of no member, but the members screen"),
    )
    RELEASED = Conflict.RELEASED.value, pgettext_lazy("conflict", "gave it back before")


PROJECT_READERS = (Role.SECRETARY, Role.PROJECTS, Role.AUDITOR)
"""Staff who may read every proposal and project."""
