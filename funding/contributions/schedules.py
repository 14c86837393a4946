"""The sentences of instalments, late interest and reference rates."""

from django.utils.translation import gettext_lazy as _

SCHEDULES = {
    # what is refused
    "no_rounds": _(
        "“%(levy)s” is charged to who pays late, by the ladder; it has no rounds and no periods."
    ),
    "not_for_late": _(
        "The ladder charges “%(levy)s”, but its trigger is not “overdue”; amend the charter."
    ),
    "reference_missing": _(
        "The reference rate “%(rate)s” is not recorded for %(on)s; record it under reference rates."
    ),
    "reference_out_of_range": _(
        "A reference rate is in percent a year, between -100 and 1000, with at most four decimals."
    ),
    "reference_known": _(
        "The reference rate “%(rate)s” from %(on)s is recorded; send it as a correction to replace"
        " it."
    ),
    # what is wrong in a dues section
    "one_instalment": _("instalments are two or more; a single day is the calendar's “due”"),
    "never_reached": _("the entry before it holds for everybody; put it before that one"),
    "only_when_late": _("a reference rate is for levies of the trigger “overdue”"),
    "not_when_late": _("a levy of the trigger “overdue” has none of this; take it out"),
    "reference_unnamed": _("the rule uses “reference”; say which rate it is, with rate and label"),
    # what is wrong in a collection section
    "not_a_late_levy": _(
        "no levy of the trigger “overdue” is called “%(levy)s”; the charter has: %(choices)s"
    ),
    "no_such_levy": _("no levy is called “%(levy)s”; the charter has: %(choices)s"),
    "unknown_placeholder": _("“{%(name)s}” stands for nothing here; a letter knows: %(choices)s"),
    # what was done
    "did_record_reference_rate": _("Reference rate recorded"),
}
