"""What codes of calls and proposals read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

CALLS: dict[str, Any] = {
    # what is refused of a call
    "call_code_taken": _("The code “%(call)s” is taken by another call; choose another."),
    "call_times_wrong": _(
        "A call opens before it closes, and its second stage closes later still; this one would"
        " open at %(opens_at)s and close at %(closes_at)s."
    ),
    "call_stages_differ": _(
        "A call of two stages needs the closing time of its second stage, and only such a call"
        " has one; this one has stages: %(stages)s."
    ),
    "call_budget_wrong": _(
        "“%(value)s” is not a budget: it is more than nothing, with three decimals at most."
    ),
    "no_themes": _("Under this charter topics are set; the call “%(call)s” names none."),
    "field_never_shared": _(
        "The charter does not let competitors tell each other “%(field)s”; no call asks for it."
    ),
    "already_published": _("The call “%(call)s” is published already."),
    "call_over": _("The call “%(call)s” closed at %(closes_at)s and is sealed."),
    "closes_in_past": _(
        "A closing time lies ahead, and what has closed stays closed; it is %(at)s now."
    ),
    "call_field_fixed": _("“%(field)s” of a call cannot be changed here."),
    "no_reason": _("Say why “%(call)s” is changed; everyone is told."),
    "no_text": _("Write something."),
    "question_answered_already": _("The question is answered already; a new one can be asked."),
    "call_not_published": _("The call “%(call)s” is not published."),
    # what is refused of a proposal
    "call_not_open": _("The call “%(call)s” is not open; it opens at %(opens_at)s."),
    "call_closed": _(
        "The call “%(call)s” closed at %(closes_at)s; this came in at %(at)s by the server’s clock."
    ),
    "not_invited": _("The second stage of “%(call)s” is for those who were invited to it."),
    "proposals_suspended": _(
        "The right of %(member)s to propose is suspended since %(starts_on)s."
    ),
    "in_arrears": _(
        "%(member)s is in arrears for %(days)s days; proposals are taken up to %(limit)s days."
    ),
    "already_submitted": _(
        "“%(number)s” is submitted and sealed; begin a new version to change it."
    ),
    "already_drafting": _("There is a draft; it has to be submitted before the next version."),
    "proposal_changed": _("The draft has changed since you read it; read it again."),
    "too_many_files": _("A proposal has at most %(limit)s files."),
    "unknown_theme": _("There is no topic “%(theme)s” in the call; there are: %(choices)s."),
    "unknown_category": _(
        "There is no budget category “%(category)s” in the call; there are: %(choices)s."
    ),
    "unknown_field": _("The call does not ask for “%(field)s”, but for: %(choices)s."),
    "too_many_months": _("%(months)s months are more than the call’s %(limit)s."),
    "wrong_unit": _("The call’s budget is in %(expected)s, not in %(unit)s."),
    "outsider_takes_part": _(
        "%(organization)s is no member; here only a subcontractor may be an outsider."
    ),
    "participant_twice": _("%(organization)s is named twice."),
    "not_a_participants_share": _(
        "“%(value)s” is not a share: it is from 0 to 1, with six decimals at most."
    ),
    "budget_line_wrong": _(
        "An amount is more than nothing and holds its own money, with three decimals at most;"
        " here are %(amount)s, of which %(own)s own money."
    ),
    "budget_line_twice": _("“%(category)s” stands twice in %(year)s."),
    "never_shared": _("Competitors must not tell each other this, and the charter refuses it."),
    # what a draft lacks
    "title_missing": _("The title is missing."),
    "theme_missing": _("Choose one of the call’s topics: %(choices)s."),
    "months_missing": _("Say how many months the project takes."),
    "field_missing": _("“%(field)s” is not answered."),
    "budget_missing": _("Nobody’s budget is given."),
    "work_shares_differ": _("The shares of the work come to %(total)s, not to exactly 1."),
    "cost_shares_differ": _("The shares of the cost come to %(total)s, not to exactly 1."),
    "lead_differs": _("There is one lead, and it is %(lead)s."),
    "unsigned": _("Not signed yet by: %(participants)s."),
    # what is refused of a signature, a withdrawal, an invitation
    "signature_incomplete": _(
        "A signature on paper needs who signed and the date on the paper, not one to come."
    ),
    "received_later": _("The paper cannot have come in at %(received_at)s; it is %(at)s now."),
    "already_withdrawn": _("“%(number)s” is withdrawn already."),
    "already_has_decision": _("It is decided about “%(number)s” already."),
    # what people are told
    "call_published": _("A call is open: “%(call)s”. It closes at %(closes_at)s."),
    "call_changed": _("The call “%(call)s” has changed: %(reason)s. It closes at %(closes_at)s."),
    "question_asked": _("A question was asked about the call “%(call)s”."),
    "question_answered": _("A question about the call “%(call)s” is answered for all to read."),
    "proposal_signed": _(
        "Everybody has signed your proposal under “%(call)s”; it can be submitted."
    ),
    "proposal_submitted": _(
        "The proposal %(number)s under “%(call)s” was submitted at %(at)s. Log in for the receipt."
    ),
    "proposal_withdrawn": _("The proposal %(number)s under “%(call)s” was withdrawn."),
    "proposal_invited": _(
        "The proposal %(number)s under “%(call)s” is invited to the second stage, which closes at"
        " %(closes_at)s."
    ),
    # what is due
    "call_closes": _("The call “%(call)s” closes at %(closes_at)s"),
    "question_unanswered": _("A question about “%(call)s” waits for its answer"),
    "proposal_unsubmitted": _("Your proposal under “%(call)s” is not submitted"),
    "proposal_unsigned": _(
        "A proposal under “%(call)s” waits for the signature of %(participant)s"
    ),
    # what a check finds
    "proposal_altered": _("The submitted proposal was altered."),
    "proposal_shares_differ": _("The shares in the submitted proposal are not the whole."),
}
