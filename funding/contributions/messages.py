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
    "not_collected": _(
        "“%(input)s” can be quoted, but members cannot declare it yet; only amounts of money"
    ),
    "not_an_option": _("“%(value)s” is not a choice for “%(input)s”; expected: %(choices)s."),
    "not_supplied": _("“%(input)s” is needed: say when the member joined."),
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
    "already_assessed": _(
        "“%(levy)s” from %(period)s is assessed from the earlier figures; ask the secretariat."
    ),
    "too_early": _(
        "“%(levy)s” is assessed from %(assess_on)s on; until then figures are still collected."
    ),
    "grade_not_yours": _(
        "A member declares or estimates; figures graded “%(grade)s” come in with their paper."
    ),
    "not_liable": _("%(member)s does not owe “%(levy)s” in this period."),
    "paper_incomplete": _("Say who signed the paper and its date, which is not after today."),
    # what people are told
    "figures_requested": _(
        "%(consortium)s asks for your figures for “%(levy)s”, period from %(period)s, by"
        " %(closes_on)s. Please log in to declare them."
    ),
    # what is due
    "figures_missing": _("%(levy)s from %(period)s: %(count)s members have not declared"),
    "figures_due": _("%(member)s: declare figures for %(levy)s from %(period)s"),
    "charges_to_issue": _("%(levy)s from %(period)s: %(count)s charges wait to be issued"),
    "charge_due": _("Charge %(number)s to %(member)s falls due"),
    # what a check finds
    "assessment_altered": _("The assessment was altered."),
    "figures_altered": _("The declared figures are not those it was assessed from."),
    "assessment_differs": _("The assessment's figures give another amount."),
    "charge_altered": _("The charge was altered."),
    "charge_not_posted": _("The charge is not posted in full."),
    "charges_differ": _("The charges do not add up to the assessment."),
    "number_gap": _("Charge numbers are missing; the last one given is %(last)s."),
    "transfer_mixed": _("The transfer mixes consortia or units."),
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
    "unit_differs": _("the unit %(unit)s differs from the levy's %(levy_unit)s"),
    "unknown_unit": _("“%(unit)s” is neither a currency nor declared under units"),
    "out_of_order": _("comes before “%(other)s” for the period from %(starts_on)s"),
    "no_charter": _("no charter is in force on %(on)s"),
    "round_closed": _("lies outside the round (%(opens_on)s to %(closes_on)s)"),
    "not_a_period": _("no period starts on this day; the one around it starts on %(starts_on)s"),
    "after_period_start": _("comes after the start of the period on %(period)s"),
    # what was done
    "did_assess": _("Round assessed"),
    "did_declare": _("Figures declared"),
    "did_enter_declaration": _("Paper declaration entered"),
    "did_issue_charges": _("Charges issued"),
    "did_open_round": _("Round opened"),
    "did_record_declaration": _("Published figures recorded"),
}
