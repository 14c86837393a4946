"""Closed choices of results and rights, with their labels."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from consortium.states import Role, labelled
from ip.rules.answers import Reason, Verdict
from ip.rules.choices import (
    Confidentiality,
    LicenceKind,
    Party,
    ResultKind,
    Review,
    Stance,
    Terms,
    Use,
)
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.ownership import Pattern
from ip.rules.patent_docket import Choice, State
from ip.rules.patents import Happening

RESULT_KINDS = labelled(
    {
        ResultKind.PATENT: pgettext_lazy("result", "Patentable invention"),
        ResultKind.UTILITY_MODEL: pgettext_lazy("result", "Utility model"),
        ResultKind.INDUSTRIAL_RIGHT: pgettext_lazy("result", "Industrial property right"),
        ResultKind.DESIGN: pgettext_lazy("result", "Design"),
        ResultKind.SOFTWARE: pgettext_lazy("result", "Software"),
        ResultKind.KNOW_HOW: pgettext_lazy("result", "Know-how"),
        ResultKind.STANDARD: pgettext_lazy("result", "Standard"),
    }
)
CONFIDENTIALITIES = labelled(
    {
        Confidentiality.PUBLIC: pgettext_lazy("confidentiality", "Public"),
        Confidentiality.MEMBERS: pgettext_lazy("confidentiality", "Members"),
        Confidentiality.PROJECT: pgettext_lazy("confidentiality", "Participants of its project"),
        Confidentiality.OWNERS: pgettext_lazy("confidentiality", "Owners"),
    }
)
PARTIES = labelled(
    {
        Party.OWNER: pgettext_lazy("party", "Owner"),
        Party.PARTICIPANT: pgettext_lazy("party", "Participant in the project"),
        Party.ASSOCIATION: pgettext_lazy("party", "The association itself"),
        Party.MEMBER: pgettext_lazy("party", "Member"),
        Party.LATER_MEMBER: pgettext_lazy("party", "Member that joined later"),
        Party.AFFILIATE: pgettext_lazy("party", "Affiliate of a member"),
        Party.FORMER_MEMBER: pgettext_lazy("party", "Former member"),
        Party.EXPELLED: pgettext_lazy("party", "Former member that left in breach"),
        Party.DOMESTIC: pgettext_lazy("party", "Any domestic organization"),
        Party.ANYONE: pgettext_lazy("party", "Anyone"),
    }
)
OFFERS = [each for each in PARTIES if each[0] in (Party.MEMBER, Party.DOMESTIC, Party.ANYONE)]
"""To whom a result is offered by hand."""

USES = labelled(
    {
        Use.IMPLEMENT: pgettext_lazy("use", "Use in the consortium's projects"),
        Use.RESEARCH: pgettext_lazy("use", "Internal research"),
        Use.EXPLOIT: pgettext_lazy("use", "Commercial exploitation"),
        Use.LICENSE: pgettext_lazy("use", "Licensing to others"),
        Use.TRANSFER: pgettext_lazy("use", "Transfer of ownership"),
    }
)
TERMS = labelled(
    {
        Terms.ROYALTY_FREE: pgettext_lazy("terms", "Royalty-free"),
        Terms.PREFERENTIAL: pgettext_lazy("terms", "Preferential terms"),
        Terms.FAIR: pgettext_lazy("terms", "Fair and reasonable terms"),
        Terms.ROYALTY: pgettext_lazy("terms", "Royalty"),
        Terms.FEE_AND_ROYALTY: pgettext_lazy("terms", "Transfer fee and royalty"),
        Terms.NEGOTIATED: pgettext_lazy("terms", "To be negotiated"),
    }
)
VERDICTS = [
    (verdict.name.lower(), label)
    for verdict, label in {
        Verdict.NO: pgettext_lazy("verdict", "No"),
        Verdict.ON_TERMS: pgettext_lazy("verdict", "On terms"),
        Verdict.WITH_CONSENT: pgettext_lazy("verdict", "With the co-owners’ consent"),
        Verdict.AFTER_NOTICE: pgettext_lazy("verdict", "After telling the co-owners"),
        Verdict.WITHIN: pgettext_lazy("verdict", "Inside the class only"),
        Verdict.YES: pgettext_lazy("verdict", "Yes"),
    }.items()
]
REASONS = labelled(
    {
        Reason.OWNS: pgettext_lazy("right", "It owns the result."),
        Reason.CO_OWNS: pgettext_lazy("right", "It owns a part of the result."),
        Reason.LICENSED: pgettext_lazy("right", "It holds a licence."),
        Reason.ACCESS: pgettext_lazy("right", "The charter gives it to: %(party)s"),
        Reason.OPENED: pgettext_lazy("right", "The result has opened to: %(party)s"),
        Reason.NOT_ARISEN: pgettext_lazy("right", "There is no result yet on that day."),
        Reason.EXCLUSIVE: pgettext_lazy("right", "The result is kept to: %(within)s"),
        Reason.SUSPENDED: pgettext_lazy(
            "right", "Its access is suspended, and it would gain this only now."
        ),
        Reason.TOO_LATE: pgettext_lazy("right", "The time to ask for it is over."),
        Reason.LICENSED_ELSEWHERE: pgettext_lazy(
            "right", "Somebody else holds an exclusive or sole licence."
        ),
        Reason.NO_RULE: pgettext_lazy("right", "No rule of the charter gives it."),
    }
)
"""Why, as a sentence; `party` and `within` stand for the answer's."""
STANCES = labelled(
    {
        Stance.CONSENT: pgettext_lazy("publication", "Consents"),
        Stance.DELAY: pgettext_lazy("publication", "Asks to wait"),
        Stance.CHANGE: pgettext_lazy("publication", "Asks for changes"),
    }
)
REVIEWS = labelled(
    {
        Review.WAITING: pgettext_lazy("publication", "Under review"),
        Review.OBJECTED: pgettext_lazy("publication", "Put off by an objection"),
        Review.EARLY: pgettext_lazy("publication", "Notice still runs"),
        Review.SILENT: pgettext_lazy("publication", "Consent is missing"),
        Review.CONSENTED: pgettext_lazy("publication", "All consented"),
        Review.DEEMED: pgettext_lazy("publication", "Nobody objected in time"),
        Review.DELAYED: pgettext_lazy("publication", "Longest delay is over"),
    }
)


class Cause(TextChoices):
    """What gave somebody a part of a result."""

    RULE = "rule", pgettext_lazy("ownership", "The charter's rule")
    AGREEMENT = "agreement", pgettext_lazy("ownership", "Agreement of the participants")
    DEED = "deed", pgettext_lazy("ownership", "Deed of transfer")
    ABANDONED = "abandoned", pgettext_lazy("ownership", "Abandoned by another owner")
    FORFEITED = "forfeited", pgettext_lazy("ownership", "Forfeited on leaving in breach")
    SUCCESSION = "succession", pgettext_lazy("ownership", "Succession")


class Protection(TextChoices):
    """How a result is to be protected, once it was evaluated."""

    PROTECT = "protect", pgettext_lazy("protection", "Apply for protection")
    SECRET = "secret", pgettext_lazy("protection", "Keep secret")
    PUBLISH = "publish", pgettext_lazy("protection", "Publish")
    ABANDON = "abandon", pgettext_lazy("protection", "Abandon")


IP_READERS = (Role.SECRETARY, Role.IP, Role.AUDITOR)
"""Staff who read every result, its owners and its licences."""

PATTERNS = {
    Pattern.JOINT_ACROSS: pgettext_lazy("pattern", "Joint across firms"),
    Pattern.JOINT_WITHIN: pgettext_lazy("pattern", "Joint within one firm"),
    Pattern.SINGLE: pgettext_lazy("pattern", "A single holder"),
}

RIGHT_KINDS = labelled(
    {
        RightKind.PATENT: pgettext_lazy("right", "Invention patent"),
        RightKind.UTILITY_MODEL: pgettext_lazy("right", "Utility model"),
        RightKind.DESIGN: pgettext_lazy("right", "Design"),
    }
)
ROUTES = labelled(
    {
        Route.DIRECT: pgettext_lazy("route", "Directly"),
        Route.PCT: pgettext_lazy("route", "Through an international application (PCT)"),
        Route.EP: pgettext_lazy("route", "Through a European patent"),
    }
)
APPLICANTS = labelled(
    {
        Applicants.SINGLE: pgettext_lazy("applicants", "One"),
        Applicants.SEVERAL: pgettext_lazy("applicants", "Several"),
    }
)
SIZES = labelled(
    {
        Size.REGULAR: pgettext_lazy("applicant", "Regular"),
        Size.SMALL: pgettext_lazy("applicant", "Small"),
        Size.MICRO: pgettext_lazy("applicant", "Micro"),
    }
)
HAPPENINGS = labelled(
    {
        Happening.FILED: pgettext_lazy("patent", "Filed"),
        Happening.PUBLISHED: pgettext_lazy("patent", "Published"),
        Happening.SEARCH_REQUESTED: pgettext_lazy("patent", "Search requested"),
        Happening.SEARCH_REPORT: pgettext_lazy("patent", "Search report published"),
        Happening.EXAMINATION_REQUESTED: pgettext_lazy("patent", "Examination requested"),
        Happening.GRANTED: pgettext_lazy("patent", "Granted"),
        Happening.LAPSED: pgettext_lazy("patent", "Lapsed"),
        Happening.WITHDRAWN: pgettext_lazy("patent", "Withdrawn"),
        Happening.REFUSED: pgettext_lazy("patent", "Refused"),
    }
)
CHOICES = labelled(
    {
        Choice.PAY: pgettext_lazy("patent", "Pay"),
        Choice.DROP: pgettext_lazy("patent", "Drop"),
    }
)
DUE_STATES = labelled(
    {
        State.TO_COME: pgettext_lazy("patent", "to come"),
        State.OPEN: pgettext_lazy("patent", "open"),
        State.LATE: pgettext_lazy("patent", "late, at a surcharge"),
        State.MISSED: pgettext_lazy("patent", "missed"),
        State.PAID: pgettext_lazy("patent", "paid"),
        State.DROPPED: pgettext_lazy("patent", "dropped"),
    }
)
PATENT_DUE = [
    ("filing", pgettext_lazy("patent", "Filing within the priority")),
    ("priority", pgettext_lazy("patent", "Claiming the priority elsewhere")),
    ("publication", pgettext_lazy("patent", "Publication")),
    ("search", pgettext_lazy("patent", "Request for search")),
    ("examination", pgettext_lazy("patent", "Request for examination")),
    ("validation", pgettext_lazy("patent", "Validation in the states")),
    ("national_phase", pgettext_lazy("patent", "Entry into the national phase")),
    ("annuity", pgettext_lazy("patent", "Annual fee")),
    ("term_ends", pgettext_lazy("patent", "End of the term")),
]
"""What is due for an application, by its code."""

LICENCE_KINDS = labelled(
    {
        LicenceKind.EXCLUSIVE: pgettext_lazy("licence", "Exclusive"),
        LicenceKind.SOLE: pgettext_lazy("licence", "Sole: the owners may use it as well"),
        LicenceKind.NON_EXCLUSIVE: pgettext_lazy("licence", "Non-exclusive"),
    }
)


class Closing(TextChoices):
    """How an application for a licence was closed."""

    GRANTED = "granted", pgettext_lazy("application", "Granted")
    REFUSED = "refused", pgettext_lazy("application", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class Side(TextChoices):
    """Who speaks in a negotiation."""

    APPLICANT = "applicant", pgettext_lazy("negotiation", "Applicant")
    OWNER = "owner", pgettext_lazy("negotiation", "Owner")
    STAFF = "staff", pgettext_lazy("negotiation", "Secretariat")


class LicenceEnds(TextChoices):
    """Why a licence ended before its term."""

    NOTICE = "notice", pgettext_lazy("licence", "Notice")
    BREACH = "breach", pgettext_lazy("licence", "Breach")
    AGREEMENT = "agreement", pgettext_lazy("licence", "Agreement")


class Earning(TextChoices):
    """What a licensee is charged for."""

    FEE = "fee", pgettext_lazy("licence", "Transfer fee")
    ROYALTY = "royalty", pgettext_lazy("licence", "Royalty")
    MILESTONE = "milestone", pgettext_lazy("licence", "Milestone payment")


class SalesLine(TextChoices):
    """What a line of a royalty statement is."""

    SALES = "sales", pgettext_lazy("royalty", "Sales")
    DEDUCTION = "deduction", pgettext_lazy("royalty", "Deduction")


LICENCE_READERS = (*IP_READERS, Role.FINANCE, Role.ACCOUNTANT)

EARNING_READERS = (Role.IP, Role.AUDITOR, Role.FINANCE, Role.ACCOUNTANT)
"""Staff who read what licences earn: it tells of a licensee's sales."""
"""Staff who read every licence, what it earns and how that is divided."""
