"""The sentence for each code of this app; `%(name)s` stands for a value."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused
    "unknown_levy": _("The charter has no levy “%(levy)s”. It has: %(choices)s."),
    "category_not_levied": _(
        "The levy “%(levy)s” is not owed by the category “%(category)s”, but by: %(choices)s."
    ),
    "before_first_period": _("The levy “%(levy)s” has no period before %(first_on)s."),
    "no_such_period": _(
        "No period of the levy “%(levy)s” starts on %(on)s; the one around it starts on"
        " %(nearest)s."
    ),
    "missing_input": _("The figure “%(input)s” is missing."),
    "unknown_input": _("There is no figure “%(input)s”; expected: %(choices)s."),
    "not_a_figure": _("“%(value)s” is not a figure for “%(input)s”; at most three decimals."),
    "negative_input": _("The figure “%(input)s” is below zero: %(value)s."),
    "absurd_input": _("The figure “%(input)s” is too large to be right: %(value)s."),
    "not_whole": _("“%(input)s” is counted in whole numbers; %(value)s is not one."),
    "not_an_option": _("“%(value)s” is not a choice for “%(input)s”; expected: %(choices)s."),
    "not_supplied": _("“%(input)s” is needed: say when the member joined."),
    "wrong_currency": _(
        "“%(input)s” cannot be declared in %(unit)s; leave the currency out to declare it in the"
        " charter's own (others it takes: %(choices)s)."
    ),
    "rate_missing": _(
        "“%(input)s” is in %(unit)s, and its rate (%(rate)s) is not recorded; enter it under"
        " exchange rates."
    ),
    "lines_missing": _("“%(input)s” is declared in lines; state these, if only as 0: %(lines)s."),
    "not_in_lines": _("“%(input)s” is declared as one number, not in lines."),
    "unknown_line": _("“%(input)s” has no line “%(line)s”; expected: %(choices)s."),
    "undecided_edge": _(
        "The charter does not say on which side of the edge “%(input)s” = %(value)s belongs."
    ),
    "no_row": _("The charter has no row for %(inputs)s."),
    "several_rows": _("The charter has more than one row for %(inputs)s."),
    "below_zero": _("The rule brings the amount below zero: %(amount)s; give it a floor."),
    "absurd_amount": _("The rule brings the amount to an absurd size: %(amount)s."),
    "round_not_open": _("Figures for “%(levy)s” are collected from %(opens_on)s on."),
    "already_declared": _(
        "There is a declaration for “%(levy)s” from %(period)s; send it as a correction to"
        " replace it."
    ),
    "nothing_to_correct": _("There is no declaration for “%(levy)s” from %(period)s yet."),
    "less_founded": _(
        "The figures for “%(levy)s” from %(period)s are graded “%(grade)s”; only figures at least"
        " as well founded replace them."
    ),
    "round_final": _(
        "Figures for “%(levy)s” from %(period)s are final since %(final_on)s; they are no longer"
        " taken or corrected."
    ),
    "cannot_estimate": _(
        "The figures of %(member)s for “%(levy)s” are missing, and none of the charter's ways leads"
        " to an estimate; ask for them."
    ),
    "too_early": _(
        "“%(levy)s” is assessed from %(assess_on)s on; until then figures are still collected."
    ),
    "grade_not_yours": _(
        "A member declares or estimates; figures graded “%(grade)s” come in with their paper."
    ),
    "not_liable": _("%(member)s does not owe “%(levy)s” in this period."),
    "not_confirmed": _(
        "The charges of “%(levy)s” leave only when a second person has confirmed the preview;"
        " propose it first."
    ),
    "needs_no_confirmation": _(
        "The charges of “%(levy)s” leave by themselves; nobody has to confirm them."
    ),
    "nothing_to_confirm": _("Nobody is to be assessed for “%(levy)s” in this round."),
    "run_under_way": _("A confirmed run of this round is being carried out; wait for it to end."),
    "already_confirmed": _("This run is confirmed already."),
    "preview_changed": _(
        "Figures or members have changed since the preview was proposed; look at it again and"
        " propose it anew."
    ),
    "same_person_confirms": _("%(person)s has proposed it; another person has to confirm it."),
    "wrong_confirmer": _("The charter asks for a second person in one of these roles: %(roles)s."),
    "unwritable": _("The database refused the member's rows; tell the platform's administrator."),
    "rate_not_positive": _("A rate is above zero, with at most ten decimals."),
    "rate_in_the_future": _("%(published_on)s is still to come; a rate has been published."),
    "rate_known": _(
        "The rate of %(unit)s on %(on)s is recorded; send it as a correction to replace it."
    ),
    "paper_incomplete": _("Say who signed the paper and its date, which is not after today."),
    # what people are told
    "figures_requested": _(
        "%(consortium)s asks for your figures for “%(levy)s”, period from %(period)s, by"
        " %(closes_on)s. Please log in to declare them."
    ),
    "figures_reminder": _(
        "%(consortium)s has not received your figures for “%(levy)s”, period from %(period)s,"
        " due by %(closes_on)s. Please log in to declare them."
    ),
    "figures_estimated": _(
        "%(consortium)s has estimated your figures for “%(levy)s”, period from %(period)s, because"
        " none were declared. Log in to see them; your own figures replace them."
    ),
    "round_has_closed": _(
        "The round of “%(levy)s” from %(period)s has closed; %(missing)s members have not declared."
    ),
    "payment_requested": _(
        "%(consortium)s asks for payment of charge %(number)s (“%(levy)s”, period from %(period)s)"
        " by %(due_on)s. Please log in to read it."
    ),
    # what is due
    "figures_missing": _("%(levy)s from %(period)s: %(count)s members have not declared"),
    "figures_due": _("%(member)s: declare figures for %(levy)s from %(period)s"),
    "run_to_propose": _("%(levy)s from %(period)s: look at the dues run and propose it"),
    "run_to_confirm": _(
        "%(levy)s from %(period)s: a run over %(count)s members waits for a second person"
    ),
    "rate_to_record": _(
        "%(levy)s from %(period)s: record the rate of %(unit)s (%(rate)s) up to %(until)s; members"
        " whose figures wait for it: %(count)s"
    ),
    "charge_due": _("Charge %(number)s to %(member)s falls due"),
    "charges_due": _("Charges that fall due: %(count)s"),
    # what a check finds
    "assessment_altered": _("The assessment was altered."),
    "figures_altered": _("The declared figures are not those it was assessed from."),
    "assessment_differs": _("The assessment's figures give another amount."),
    "charge_altered": _("The charge was altered."),
    "charge_not_posted": _("The charge is not posted in full."),
    "charges_differ": _("Charges and credit notes do not add up to the last assessment."),
    "credit_altered": _("The credit note was altered."),
    "credit_not_posted": _("The credit note is not posted in full."),
    "number_gap": _("Charge numbers are missing; the last one given is %(last)s."),
    "transfer_mixed": _("The transfer mixes consortia or units."),
    "levels_to_come": _("%(count)s late charges reach their next dunning level this week"),
    "withheld": _("%(count)s steps that cannot be taken back wait since an outage; release them"),
    "exit_to_decide": _("Decide whether the membership of %(member)s ends over arrears"),
    # what is wrong in a dues section
    "no_verb": _("a line needs one of: %(choices)s"),
    "second_verb": _("a line has one verb; this one has “%(first)s” already"),
    "not_a_term": _("a term is one of: %(choices)s"),
    "round_needs_const": _('rounding needs a fixed amount, such as {const = "0.01"}'),
    "not_positive": _("%(value)s must be above zero"),
    "negative": _("%(value)s is below zero"),
    "rate_above_one": _("the rate %(value)s is more than the whole; 1%% is written 0.01"),
    "below_floor": _("below the floor of line %(line)s (%(bound)s)"),
    "above_cap": _("above the cap of line %(line)s (%(bound)s)"),
    "round_not_last": _("rounding comes last"),
    "finer_than_unit": _("%(value)s is finer than the unit's smallest amount, %(smallest)s"),
    "prorate_needs_part": _('pro rata needs a part, such as {part = "1", out_of = "2"}'),
    "part_not_prorated": _("a part of a whole is for “prorate” only"),
    "part_or_of": _("a part is either “part”, a number, or “of”, an input"),
    "last_slice_ends": _("the last slice has no width: it goes on without end"),
    "slice_without_width": _("only the last slice may go on without a width"),
    "second_edge": _("the interval has the edge “%(first)s” on this side already"),
    "no_edge": _("an interval needs one of: %(choices)s"),
    "empty_interval": _("no number lies in this interval"),
    "not_a_cell": _(
        'a cell is an interval such as {at_least = "10", below = "50"}, a choice, a list of'
        " choices, true or false"
    ),
    "wrong_cell": _("this input takes: %(choices)s"),
    "not_an_input": _(
        "“%(input)s” is no input of this levy; declare it under “inputs”, or use one of:"
        " %(choices)s"
    ),
    "not_in_table": _("“%(input)s” is not among the inputs the table is over: %(choices)s"),
    "not_a_number": _("“%(input)s” is not a number; look it up in a table, or in “when”"),
    "reserved_name": _("the name “%(name)s” is taken; choose another"),
    "circular": _("“%(input)s” is derived from itself"),
    "edge_undecided": _(
        "nobody has said on which side %(value)s belongs; once that is decided, write at_least or"
        " above, at_most or below"
    ),
    "gap": _("no row holds for %(inputs)s; add one, or widen another"),
    "overlap": _("row %(other)s, counted from 0, holds as well for %(inputs)s; narrow one of them"),
    "table_too_large": _("the table falls into more than %(limit)s parts; split it"),
    "unused_input": _("the figure “%(input)s” is used in no line; use it, or take it out"),
    "unit_differs": _(
        "the unit %(unit)s differs from the levy's %(levy_unit)s; “exchange” says which rate counts"
    ),
    "own_currency": _("%(unit)s is the levy's own currency and always taken"),
    "only_minus": _("at least one line must add to the figure"),
    "previous_or_figures": _("an estimate is either “previous”, a factor, or “figures”"),
    "nothing_declared": _("the levy asks for no figures that could be missing"),
    "needs_a_period": _("“%(input)s” is known only where the trigger is a period"),
    "unknown_unit": _("“%(unit)s” is neither a currency nor declared under units"),
    "out_of_order": _("comes before “%(other)s” for the period from %(starts_on)s"),
    "no_charter": _("no charter is in force on %(on)s"),
    "round_closed": _("lies outside the round (%(opens_on)s to %(closes_on)s)"),
    "not_a_period": _("no period starts on this day; the one around it starts on %(starts_on)s"),
    "after_period_start": _("comes after the start of the period on %(period)s"),
    "block_reason_missing": _("Say why."),
    "block_already_over": _("The block of %(member)s ends on %(ends_on)s already."),
    "exit_already_decided": _("The exit of %(member)s was decided on %(decided_on)s."),
    # why an amount is what it is, in a preview
    "at_floor": _("at the floor"),
    "at_cap": _("at the cap"),
    "first_time": _("for the first time"),
    "true_up": _("new figures or membership: version %(version)s"),
    "large_change": _("changed by more than half"),
    "figures_are_estimated": _("figures estimated"),
    "other_fiscal_year": _(
        "figures of the fiscal year ended before %(ends_on)s instead of %(expected)s"
    ),
    "same_group": _("same group as %(member)s"),
    # what is told of late payers
    "dunning_reminder": _(
        "A payment of %(member)s to %(consortium)s is late; a letter of %(on)s says which and"
        " until when it can be paid."
    ),
    "levels_taken": _(
        "%(count)s charges reached the next dunning level, of %(members)s members; their letters"
        " are ready."
    ),
    "rights_suspended": _(
        "Rights of %(member)s in %(consortium)s rest, because a payment is late; they come back"
        " on the day it is settled."
    ),
    "rights_back": _("Rights of %(member)s in %(consortium)s that had rested are back."),
    "exit_proposed": _(
        "The end of the membership of %(member)s in %(consortium)s is put to decision, because a"
        " payment is late."
    ),
    # what leaving leads to
    "leaving_open": _("%(amount)s %(unit)s of charge %(number)s is open, due on %(due_on)s."),
    "leaving_some_open": _("Open charges: %(count)s. Finance staff see how much."),
    "leaving_credit": _("%(amount)s %(unit)s stands on the member's account, to be paid back."),
    "leaving_to_charge": _(
        "%(levy)s for the period from %(starts_on)s is still to be assessed and charged."
    ),
    "leaving_assessed_anew": _(
        "%(levy)s for the period from %(starts_on)s is assessed anew for the time until then."
    ),
    "leaving_charged_in_full": _(
        "%(levy)s for the period from %(starts_on)s is owed in full, whenever the member leaves in"
        " it."
    ),
    "leaving_charged": _("%(levy)s for the period from %(starts_on)s is charged already."),
    "leaving_credited": _(
        "%(levy)s for the period from %(starts_on)s is not owed any more; what was charged is"
        " credited."
    ),
    # what the end of the consortium leads to
    "ending_receivable": _("%(amount)s %(unit)s is owed by %(count)s members."),
    "ending_receivable_some": _("%(count)s members owe something in %(unit)s."),
    "ending_on_account": _(
        "%(amount)s %(unit)s stands on the accounts of %(count)s members, to be paid back."
    ),
    "ending_on_account_some": _(
        "Something in %(unit)s stands on the accounts of %(count)s members, to be paid back."
    ),
    "membership_over": _(
        "The membership of %(member)s in %(consortium)s has ended, because a payment is late."
    ),
    # what was done
    "did_block_dunning": _("Dunning blocked"),
    "did_decide_exit": _("Exit decided"),
    "did_lift_block": _("Dunning block lifted"),
    "did_assess": _("Round assessed"),
    "did_declare": _("Figures declared"),
    "did_enter_declaration": _("Paper declaration entered"),
    "did_confirm_run": _("Dues run confirmed"),
    "did_estimate_figures": _("Figures estimated"),
    "did_issue_charges": _("Charges issued"),
    "did_propose_run": _("Dues run proposed"),
    "did_record_rate": _("Exchange rate recorded"),
    "did_open_round": _("Round opened"),
    "did_record_declaration": _("Published figures recorded"),
}
