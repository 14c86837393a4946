"""The sentence for each code of this app; `%(name)s` stands for a value."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused
    "denied": _("You may see this, but not do it. It takes one of these roles: %(roles)s."),
    "reference_is_read_only": _(
        "“%(consortium)s” is a reference case and cannot be changed; adopt it to work with it."
    ),
    "ends_before_start": _(
        "The period ends on %(ends_on)s, which is not after its start on %(starts_on)s."
    ),
    "never_ends": _("The period from %(starts_on)s has no end."),
    "already_ended": _("It ends on %(ends_on)s already; an end can only be moved nearer."),
    "not_an_amount": _("“%(value)s” is not an amount; write digits and a decimal point."),
    "no_charter_in_force": _(
        "No charter of “%(consortium)s” is in force on %(on)s; adopt one that covers this day."
    ),
    "no_such_section": _("The charter “%(charter)s” has no section “%(section)s”."),
    "no_name": _("Give a name in English or in Chinese."),
    "unknown_country": _("“%(country)s” is not a country; use two letters, such as CN or US."),
    "unknown_currency": _("“%(currency)s” is not a currency; use three letters, such as CNY."),
    "unknown_time_zone": _("“%(time_zone)s” is not a time zone; write it as Asia/Shanghai."),
    "wrong_registration_number": _(
        "“%(number)s” is not a valid registration number: a digit is wrong or missing."
    ),
    "already_registered": _("An organization with number %(number)s is registered already."),
    "control_above_whole": _(
        "The shares in %(organization)s would come to %(total)s on one day; 1 is the whole."
    ),
    "control_in_circle": _("%(organization)s would control itself through this share."),
    "control_overlaps": _(
        "A share of %(controller)s in %(organization)s is recorded for part of this period;"
        " end it first."
    ),
    "slug_taken": _("The short name “%(slug)s” is taken; choose another."),
    "not_amendable": _("“%(field)s” cannot be changed here; it follows from the charter."),
    "goal_due_before_set": _("The goal is due on %(due_on)s, before it is set on %(set_on)s."),
    "term_overlaps": _(
        "%(member)s is a member already in part of the period from %(starts_on)s;"
        " end that term first."
    ),
    "term_outside_consortium": _(
        "The term from %(starts_on)s lies outside the consortium's life"
        " (%(founded_on)s to %(ended_on)s)."
    ),
    "not_eligible": _("%(organization)s cannot be admitted: %(rule)s"),
    "not_a_member": _("%(organization)s is not a member on %(on)s."),
    "notice_too_short": _(
        "Notice given on %(told_on)s runs until %(leaves_on)s under the charter; end the membership"
        " then, or say that it ends by agreement or without notice."
    ),
    "told_in_the_future": _("Notice cannot be given on %(told_on)s, which is still to come."),
    "already_suspended": _("%(right)s of %(member)s is suspended for this cause already."),
    "foreign_organization": _(
        "%(organization)s is not a member of %(consortium)s; admit it first."
    ),
    "organization_missing": _("For the role %(role)s, name the organization."),
    "organization_not_allowed": _(
        "The role %(role)s is held for the consortium itself; leave the organization empty."
    ),
    "own_appointment": _("%(person)s cannot appoint themselves; another person has to."),
    "already_ceased": _(
        "It is recorded already that %(organization)s is no more from %(ceased_on)s; name its"
        " successor there."
    ),
    "ceased_unexplained": _("Say what shows that it is no more."),
    "ceased_member_later": _(
        "%(organization)s is a member from %(starts_on)s on; end that membership first."
    ),
    "succeeds_itself": _("%(organization)s cannot succeed itself."),
    "successor_ceased": _("%(organization)s was itself no more on %(on)s."),
    "already_succeeded": _("%(successor)s is named as successor already."),
    "not_our_organization": _(
        "%(organization)s is looked after by another consortium; its controls are recorded there."
    ),
    "already_appointed": _("%(person)s already holds the role %(role)s in that period."),
    "charter_code_taken": _("A charter with the code “%(code)s” exists; choose another."),
    "charter_adopted": _(
        "The charter “%(code)s” is adopted and stays as it is; draft its successor."
    ),
    "draft_changed": _(
        "Somebody else changed the draft “%(code)s” since you opened it; open it again."
    ),
    "charter_start_missing": _("Say from which day the charter “%(code)s” is to be in force."),
    "unknown_section_version": _(
        "The section “%(section)s” has version %(version)s; this release knows up to %(known)s."
    ),
    "adoption_retroactive": _(
        "The charter would start on %(starts_on)s, but everything before %(settled_until)s is"
        " settled; start it then or later."
    ),
    "adoption_not_proposed": _(
        "The adoption of “%(code)s” as it now reads has not been proposed; enter the decision"
        " first."
    ),
    "same_person": _("%(person)s proposed this; another person has to confirm it."),
    "wrong_second_person": _("This is confirmed by: %(roles)s."),
    "wrong_body": _("“%(body)s” does not decide this; it is decided by: %(choices)s."),
    "decided_in_the_future": _("The decision is dated %(decided_on)s, which is yet to come."),
    "charter_outside_consortium": _(
        "The charter starts on %(starts_on)s, before the consortium on %(founded_on)s."
    ),
    "charter_overlaps": _(
        "The charter “%(other)s” governs part of this period; start after it, or leave"
        " the end open so that it is shortened."
    ),
    "foreign_document": _("The scan “%(name)s” was filed in another consortium; upload it here."),
    "file_too_large": _("The file has %(size)s bytes; at most %(limit)s are taken."),
    "file_unpacks_too_large": _(
        "The file says it unpacks to more than %(limit)s bytes; it is not taken."
    ),
    "file_type_refused": _("The file's content is none of %(allowed)s."),
    "slug_of_living_consortium": _(
        "“%(slug)s” is the short name of a living consortium; rename the case's document."
    ),
    "beyond_today": _("%(to)s lies in the future; use --what-if to see what would happen by then."),
    "unknown_consortium": _("There is no consortium “%(slug)s”. Known: %(known)s."),
    "key_reused": _("This Idempotency-Key was used for another request; choose a new one."),
    "unexpected": _("Something unexpected failed; the log has the details."),
    "nobody_decides": _("The charter does not say who decides this (%(matter)s)."),
    # why an organization is not eligible
    "country_not_eligible": _(
        "Members come from %(choices)s; this organization is in %(country)s."
    ),
    "foreign_share_above_limit": _(
        "Organizations abroad hold %(share)s of it; at most %(limit)s is allowed."
    ),
    "foreign_share_unknown": _(
        "Who controls it is not recorded; organizations abroad may hold at most %(limit)s."
    ),
    "kind_not_eligible": _("Its kind, %(kind)s, is not eligible; eligible are: %(choices)s."),
    "membership_closed": _("The membership is closed."),
    "too_many_members": _("There would be %(count)s members; at most %(highest)s are allowed."),
    "too_few_members": _("There are %(count)s members; at least %(lowest)s are needed."),
    "too_few_enterprises": _(
        "%(enterprises)s of %(count)s members would be enterprises; the charter asks for a share"
        " of at least %(share)s."
    ),
    # what is due
    "term_ends": _("Membership term of %(member)s ends"),
    "seat_ends": _("Seat of %(member)s on %(body)s ends"),
    "appointment_ends": _("Appointment of %(person)s as %(role)s ends"),
    "goal_due": _("Goal due: %(goal)s"),
    "more_due": _("%(count)s more: %(what)s"),
    "outbound_not_held": _("Outbound mail is released; hold it first, then drop what waits."),
    "drop_reason_missing": _("Say why it is not sent."),
    "nothing_waits": _("Nothing waits any more."),
    "outbound_held": _("%(count)s notices wait for the release of outbound mail"),
    "parked": _("Parked after repeated failure: %(sweep)s, %(item)s"),
    # what a check finds
    "audit_gap": _("An audit event is missing before number %(found)s."),
    "audit_link": _("The audit event does not follow from the one before it."),
    "audit_digest": _("The audit event was altered."),
    "audit_tail": _("The end of the audit chain was cut; its head says %(head)s."),
    "charter_altered": _("The charter does not say what it said when it was drafted."),
    "section_unreadable": _("A section of an adopted charter does not read."),
    "file_missing": _("The stored file is missing."),
    "file_altered": _("The stored file is not the one that was filed."),
    # what is wrong in a document
    "invalid_document": _("The document has %(count)s mistakes."),
    "unknown_key": _("there is no such key here"),
    "missing": _("is missing"),
    "wrong_type": _("is of the wrong kind; expected: %(expected)s"),
    "not_a_choice": _("“%(value)s” is none of: %(choices)s"),
    "empty": _("is empty"),
    "empty_text": _("give a text in English or in Chinese"),
    "too_long": _("is too long; at most %(limit)s"),
    "too_small": _("is too small; at least %(limit)s"),
    "too_large": _("is too large; at most %(limit)s"),
    "not_a_code": _(
        "“%(value)s” is not a code; begin with a small letter, go on with small letters, digits and"
        " underscores"
    ),
    "not_a_slug": _("“%(value)s” is not a short name; use small letters, digits and hyphens"),
    "unstorable_text": _("contains a character that cannot be stored"),
    "amount_not_quoted": _("write the number %(value)s in quotation marks, so that it stays exact"),
    "amount_too_large": _("%(value)s is too large; it must be below %(limit)s"),
    "too_many_decimals": _("%(value)s has too many decimals; at most %(decimals)s"),
    "not_a_day": _("“%(value)s” is not a day; write 2026-03-31"),
    "absurd_day": _("%(value)s is not a day of this or the last century"),
    "twice": _("“%(value)s” stands at %(other)s already"),
    "not_toml": _("does not read as TOML at line %(line)s, column %(column)s"),
    "unknown_section": _("there is no section “%(section)s”; known: %(choices)s"),
    "unknown_event": _("there is no kind of event “%(kind)s”; known: %(choices)s"),
    "unknown_organization": _("“%(organization)s” is not among the organizations"),
    "overlaps": _("overlaps %(other)s"),
    "outside_life": _("lies outside the consortium's life (%(starts_on)s to %(ends_on)s)"),
    "before_start": _("comes before the start on %(starts_on)s"),
    "not_a_share": _("%(value)s is not a share; write a part of 1, such as 0.25"),
    "shares_not_whole": _("on %(on)s the shares come to %(total)s; together they must be 1"),
    "no_lead": _("name an organization, or say in words who leads"),
    "second_lead": _("the organization “%(organization)s” is named already; keep one of the two"),
    "below_lowest": _("is below the lowest number of members, %(lowest)s"),
    "no_enterprises": _("enterprises are not among the eligible kinds, so there is no such share"),
    "unknown_body": _("there is no body “%(body)s”; known: %(choices)s"),
    "not_a_value": _("“%(value)s” is not a value; write text, whole numbers, lists or tables"),
    "no_source": _("name a source, or say from_memory = true"),
    "unknown_fact": _("there is no fact “%(fact)s” in this document"),
    # what the end of a consortium leads to
    "ending_on": _("%(consortium)s ends on %(ends_on)s; the day before is its last."),
    "ending_members": _("%(count)s memberships end with it."),
    "consortium_ends": _(
        "%(name)s ends on %(ends_on)s, and your membership with it; the link lists what stays"
        " yours."
    ),
    "consortium_over": _("%(consortium)s has ended on %(ends_on)s; that is not moved any more."),
    "consortium_ends_too_soon": _(
        "Give a day to come, after the last one that was swept, not %(ends_on)s."
    ),
    "members_join_later": _(
        "%(count)s memberships begin on %(ends_on)s or later: choose a later day."
    ),
    "consortium_end_unexplained": _("Say why it ends, such as the resolution and its day."),
    "did_end_consortium": _("End of the consortium recorded"),
    # what leaving leads to
    "leaving_on": _("%(member)s is no member any more from %(ends_on)s."),
    "leaving_notice": _(
        "Under the charter, notice given on %(told_on)s has run out on %(leaves_on)s."
    ),
    # what the end of an organization leads to
    "ceasing_on": _("%(organization)s is no more from %(ceased_on)s."),
    "ceasing_membership": _("Its membership ends on %(ends_on)s."),
    "leaving_seat": _("Its seat on %(body)s ends with it."),
    # members' acts on paper
    "not_on_behalf": _("“%(operation)s” is nothing that staff enter for a member."),
    "act_of_another": _("Whoever entered the act keeps its paper."),
    "paper_act_incomplete": _(
        "A paper needs who signed it, and the day that stands on it, today at the latest."
    ),
    "paper_act_of_nobody": _("Say on whose behalf it is."),
    "already_on_paper": _("The paper of %(organization)s is kept already."),
    "did_keep_paper": _("Paper of an act kept"),
    # seats
    "no_such_body": _("The charter has no body “%(body)s”. It has: %(choices)s."),
    "seat_of_no_member": _("%(organization)s is no member on %(on)s."),
    "seat_outlasts": _("The membership of %(member)s ends on %(ends_on)s; so does the seat."),
    "seat_overlaps": _("%(member)s has a seat on %(body)s in part of this period already."),
    "body_full": _("All %(seats)s seats of %(body)s are taken on %(on)s; end one first."),
    # what was done
    "did_admit": _("Member admitted"),
    "did_adopt_charter": _("Charter adopted"),
    "did_amend_consortium": _("Consortium changed"),
    "did_amend_user": _("Account changed"),
    "did_appoint": _("Person appointed"),
    "did_change_category": _("Category changed"),
    "did_create_user": _("Account opened"),
    "did_discard_draft": _("Draft charter discarded"),
    "did_draft_charter": _("Charter drafted"),
    "did_end_appointment": _("Appointment ended"),
    "did_end_control": _("Control ended"),
    "did_end_seat": _("Seat ended"),
    "did_give_seat": _("Seat given"),
    "did_end_membership": _("Membership ended"),
    "did_file_document": _("File kept"),
    "did_found": _("Consortium founded"),
    "did_hold_outbound": _("Outbound mail held"),
    "did_drop_notice": _("Notice dropped"),
    "did_drop_waiting": _("Waiting notices dropped"),
    "did_load_case": _("Reference case loaded"),
    "did_load_facts": _("Recorded facts loaded"),
    "did_name_successor": _("Successor named"),
    "did_propose_adoption": _("Adoption of a charter proposed"),
    "did_reach_goal": _("Goal reached"),
    "did_record_cessation": _("Ceased organization recorded"),
    "did_record_control": _("Control recorded"),
    "did_register_organization": _("Organization registered"),
    "did_reinstate": _("Right given back"),
    "did_release_outbound": _("Outbound mail released"),
    "did_release_withheld": _("Withheld steps released"),
    "did_retry_parked": _("Parked item tried again"),
    "did_rewrite_draft": _("Draft charter rewritten"),
    "did_set_goal": _("Goal set"),
    "did_suspend": _("Right suspended"),
}
