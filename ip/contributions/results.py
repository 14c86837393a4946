"""What codes of results, their owners and background read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import Check, DocketSource, Sweep
from ip.operations import offers
from ip.reports import results_docket, verify

registry.sweeps.add(Sweep("share_offers", 70, offers.settle_offers, offers.next_offer))
registry.checks.add(Check("ownership", verify.ownership))
registry.docket_sources.add(
    DocketSource("exclusivity", results_docket.ending, results_docket.watched),
    DocketSource("evaluation", results_docket.to_evaluate, results_docket.unevaluated),
)

MESSAGES: dict[str, Any] = {
    # refusals: disclosure
    "result_completed_in_future": _("%(completed_on)s lies in the future."),
    "result_disclosed_wrong_day": _(
        "Disclosed on %(disclosed_on)s: give a day from its completion, %(completed_on)s, to today."
    ),
    "result_before_project": _(
        "It was complete on %(completed_on)s, before the project began on %(starts_on)s: list it "
        "as background."
    ),
    "result_not_own_work": _(
        "%(organization)s takes no part in this work; one discloses the results of one’s own."
    ),
    "generator_not_participant": _("%(organization)s takes no part in %(project)s."),
    "result_package_unknown": _(
        "The project’s plan in force has no work package “%(package)s”, but: %(choices)s."
    ),
    "result_tier_unknown": _("The charter knows no tier “%(tier)s”, but: %(choices)s."),
    "inventor_without_employer": _("Say for whom %(inventor)s works."),
    "inventor_twice": _("%(inventor)s is named twice."),
    "instrument_elsewhere": _("“%(instrument)s” did not pay for this work."),
    "agreement_paper_missing": _("Attach the signed agreement."),
    "part_too_fine": _("%(part)s is too fine a part to be kept exactly."),
    # refusals: evaluation
    "evaluation_reason_missing": _("Give the reason for the decision."),
    "evaluation_day_outside": _("Give a day from %(earliest)s to today, not %(day)s."),
    # refusals: ownership
    "ownership_change_outside": _(
        "Give a day from the result’s completion, %(completed_on)s, to today, not %(day)s."
    ),
    "ownership_changed_later": _(
        "Who owns it changed on %(last)s already; record changes in the order of their days."
    ),
    "share_not_owned": _("%(organization)s owned no part of it on %(on)s."),
    "share_exceeded": _("%(part)s cannot pass; %(owned)s is owned."),
    "share_same_owner": _("%(organization)s owns it already."),
    "deed_missing": _("Attach the signed deed."),
    "co_owners_consent_missing": _(
        "The charter asks for the agreement of all co-owners; attach that of: %(owners)s."
    ),
    "co_owners_notice_missing": _(
        "The charter asks that the co-owners are told %(days)s days before, by %(by)s; give the "
        "day for: %(owners)s."
    ),
    "share_offer_open": _("It is offered to the co-owners until %(until)s."),
    "share_offer_over": _("The offer ended, on %(until)s at the latest."),
    "share_offer_elsewhere": _("Only another owner of the same result can take it."),
    "share_offer_taken": _("%(organization)s has accepted already."),
    # refusals: background
    "exclusion_needless": _(
        "Under this charter only what is listed counts; there is nothing to keep out."
    ),
    "background_add_only": _(
        "The charter lets background only grow, so “%(title)s” can neither end nor be kept out "
        "later."
    ),
    "background_needs_no_approval": _("The charter names no body that approves background."),
    "background_already_approved": _("It was approved on %(approved_on)s."),
    "background_approved_outside": _("%(day)s lies in the future."),
    # warnings
    "diffusion_against_exclusivity": _(
        "Publicly funded, so it is to be spread (%(clause)s), yet exclusive until %(until)s: agree "
        "with the funder before it is kept back."
    ),
    # checks
    "result_without_owner": _("Nobody owns the result."),
    "result_shares_not_whole": _("From %(on)s on the parts come to %(total)s, not to 1."),
    # notices
    "result_disclosed": _("Result %(result)s was disclosed"),
    "result_to_evaluate": _(
        "Decide how result %(result)s, disclosed on %(disclosed_on)s, is to be protected"
    ),
    "result_evaluated": _("Result %(result)s was evaluated"),
    "ownership_changed": _("Who owns result %(result)s has changed"),
    "share_offered": _("A part of result %(result)s is offered to you until %(until)s"),
    "share_lapsed": _("Nobody took the part of result %(result)s that was given up"),
    "background_waits": _("Background of %(member)s waits for its approval"),
    "background_approved": _("Background of %(member)s was approved"),
    # what was done
    "did_disclose": _("Result disclosed"),
    "did_evaluate": _("Result evaluated"),
    "did_agree_ownership": _("Agreement on ownership recorded"),
    "did_transfer_share": _("Deed of transfer recorded"),
    "did_abandon_share": _("Share given up"),
    "did_accept_share": _("Share given up by another accepted"),
    "did_add_background": _("Background listed"),
    "did_approve_background": _("Background approved"),
    "did_end_background": _("Background ended"),
    "did_record_core_business": _("Core business recorded"),
}

registry.add_messages(MESSAGES)
