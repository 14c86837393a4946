"""Closed choices of results and rights, with their labels."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from consortium.states import Role, labelled
from ip.rules.choices import Confidentiality, Party, ResultKind, Review, Stance, Terms, Use

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
