"""How the admin looks: title, colours, groups of the menu."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


def screen(title: Any, icon: str, label: str) -> dict[str, Any]:
    """Return a menu entry for a table's list, seen by those who may open it."""
    app, model = label.split(".")

    def allowed(request: HttpRequest) -> bool:
        found: bool = import_string("consortium.admin.menu.listed")(request, label)
        return found

    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": allowed,
    }


def page(title: Any, icon: str, name: str, permission: Any = None) -> dict[str, Any]:
    """Return a menu entry for a page of its own, seen by whoever is at the desk."""
    found = {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}")}
    return {**found, "permission": permission} if permission else found


def reading(title: Any, icon: str, name: str) -> dict[str, Any]:
    """Return a menu entry for a page on projects, seen by those who may read them."""
    return page(
        title,
        icon,
        name,
        lambda request: import_string("projects.admin.pipeline.may_look")(request),
    )


def group(title: Any, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "items": list(items), "separator": False}


NAVIGATION = [
    group(
        _("Desk"),
        {"title": _("Today"), "icon": "space_dashboard", "link": reverse_lazy("admin:index")},
        page(
            _("Fast forward"),
            "fast_forward",
            "fast-forward",
            lambda request: import_string("consortium.admin.forward.may_look")(request),
        ),
        screen(_("Reports"), "summarize", "consortium.report"),
        screen(_("Report schedules"), "event_repeat", "consortium.reportschedule"),
        screen(_("Outbox"), "outbox", "consortium.notice"),
        screen(_("Parked items"), "report", "consortium.parkeditem"),
        screen(_("Acts on paper"), "history_edu", "consortium.paperact"),
        screen(_("Audit trail"), "history", "consortium.auditevent"),
        screen(_("Looks at figures"), "visibility", "funding.figureview"),
    ),
    group(
        _("Members"),
        screen(_("Consortia"), "hub", "consortium.consortium"),
        screen(_("Members"), "groups", "consortium.member"),
        screen(_("Organizations"), "apartment", "consortium.organization"),
        screen(_("Seats on bodies"), "event_seat", "consortium.seat"),
        screen(_("Controls"), "account_tree", "consortium.control"),
        screen(_("Ceased organizations"), "domain_disabled", "consortium.cessation"),
        screen(_("Appointments"), "badge", "consortium.appointment"),
        screen(_("Accounts of people"), "person", "consortium.user"),
    ),
    group(
        _("Dues and receipts"),
        screen(_("Rounds"), "event_repeat", "funding.round"),
        screen(_("Declarations"), "edit_document", "funding.declaration"),
        screen(_("Assessments"), "calculate", "funding.assessment"),
        screen(_("Dues runs"), "verified", "funding.duesrun"),
        screen(_("Charges"), "request_quote", "funding.charge"),
        screen(_("Credit notes"), "receipt_long", "funding.creditnote"),
        screen(_("Payments"), "payments", "funding.payment"),
        page(
            _("Matching desk"),
            "join",
            "matching",
            lambda request: import_string("funding.admin.matching.may_match")(request),
        ),
        screen(_("Bank statements"), "receipt", "funding.bankstatement"),
        screen(_("Payment notices"), "campaign", "funding.paymentnotice"),
        screen(_("Vouchers"), "receipt_long", "funding.voucher"),
        page(
            _("Missing vouchers"),
            "unknown_document",
            "missing_vouchers",
            lambda request: import_string("funding.admin.arrears.may_look")(request),
        ),
        screen(_("Payers"), "person_search", "funding.payeralias"),
        screen(_("Statement layouts"), "view_column", "funding.statementlayout"),
        screen(_("Concessions"), "money_off", "funding.concession"),
        screen(_("Payment plans"), "calendar_month", "funding.paymentplan"),
        page(
            _("Arrears"),
            "hourglass_bottom",
            "arrears",
            lambda request: import_string("funding.admin.arrears.may_look")(request),
        ),
        screen(_("Dunning letters"), "mark_email_unread", "funding.dunningstep"),
        screen(_("Dunning blocks"), "front_hand", "funding.dunningblock"),
        screen(_("Exit proposals"), "logout", "funding.exitproposal"),
        screen(_("Exchange rates"), "currency_exchange", "funding.exchangerate"),
        page(
            _("Books"),
            "menu_book",
            "books",
            lambda request: import_string("funding.admin.books.may_look")(request),
        ),
        screen(_("Year closes"), "event_available", "funding.yearclose"),
        screen(_("Surplus returned"), "currency_exchange", "funding.surplusreturn"),
        screen(_("Cut-overs"), "moving", "funding.cutover"),
        screen(_("Reference rates"), "percent", "funding.referencerate"),
        screen(_("Ledger accounts"), "account_balance", "funding.account"),
        screen(_("Transfers"), "sync_alt", "funding.transfer"),
        page(
            _("What would members owe?"),
            "balance",
            "what-if",
            lambda request: import_string("funding.admin.whatif.may_look")(request),
        ),
    ),
    group(
        _("Projects"),
        reading(_("Pipeline"), "filter_alt", "pipeline"),
        reading(_("Portfolio"), "donut_small", "portfolio"),
        reading(_("Deadline board"), "event_upcoming", "deadlines"),
        screen(_("Calls"), "campaign", "projects.call"),
        screen(_("Questions"), "help", "projects.question"),
        screen(_("Proposals"), "description", "projects.proposal"),
        screen(_("Reviews"), "rate_review", "projects.reviewassignment"),
        screen(_("Consensus"), "handshake", "projects.consensus"),
        screen(_("Decisions"), "how_to_vote", "projects.decision"),
        screen(_("Declared competitors"), "swords", "projects.competitor"),
        screen(_("Projects"), "rocket_launch", "projects.project"),
        screen(_("Project plans"), "account_tree", "projects.plan"),
        screen(_("Milestones"), "flag", "projects.milestone"),
        screen(_("Deliverables"), "inventory_2", "projects.deliverable"),
        screen(_("Progress reports"), "description", "projects.progressreport"),
        screen(_("Risks"), "warning", "projects.risk"),
        screen(_("Facilities"), "factory", "projects.facility"),
        screen(_("Secondments"), "transfer_within_a_station", "projects.secondment"),
    ),
    group(
        _("Results and intellectual property"),
        screen(_("Results"), "lightbulb", "ip.result"),
        screen(_("Shares given up"), "volunteer_activism", "ip.shareoffer"),
        screen(_("Planned publications"), "article", "ip.publicationnotice"),
        screen(_("Background"), "inventory", "ip.background"),
        screen(_("Core businesses"), "storefront", "ip.corebusiness"),
        screen(_("Funding of research"), "savings", "funding.fundinginstrument"),
        page(
            _("Ownership patterns"),
            "donut_small",
            "ownership-patterns",
            lambda request: import_string("ip.admin.patterns.may_look")(request),
        ),
        screen(_("Patent families"), "workspace_premium", "ip.patentfamily"),
        screen(_("Patent applications"), "approval", "ip.patentapplication"),
        screen(_("Instructions on patents"), "rule", "ip.instruction"),
        screen(_("Patent fees"), "payments", "ip.patentfee"),
        page(
            _("What may they do?"),
            "help_center",
            "rights",
            lambda request: import_string("ip.admin.rights.may_ask")(request),
        ),
        screen(_("Moved exclusivities"), "event_repeat", "ip.exclusivitychange"),
        screen(_("Requests for access"), "key", "ip.accessrequest"),
        screen(_("Licence offers"), "storefront", "ip.licenceoffer"),
        page(
            _("Results at the end"),
            "event_busy",
            "dissolution",
            lambda request: import_string("ip.admin.dissolution.may_look")(request),
        ),
        screen(_("Licence applications"), "request_page", "ip.licenceapplication"),
        screen(_("Licences"), "verified", "ip.licence"),
        screen(_("Royalty statements"), "receipt_long", "ip.royaltystatement"),
        screen(_("Charged to licensees"), "call_split", "ip.licencecharge"),
    ),
    group(
        _("Meetings and charters"),
        screen(_("Charters"), "gavel", "consortium.charter"),
        screen(_("Goals"), "flag", "consortium.goal"),
    ),
    group(
        _("Reference cases"),
        {
            "title": _("Reference consortia"),
            "icon": "menu_book",
            "link": lambda request: (
                f"{reverse_lazy('admin:consortium_consortium_changelist')}?is_reference__exact=1"
            ),
            "permission": lambda request: import_string("consortium.admin.menu.listed")(
                request, "consortium.consortium"
            ),
        },
        page(_("Phases of the cases"), "timeline", "phases"),
        page(_("Compare"), "table_chart", "compare"),
        screen(_("Facts"), "fact_check", "consortium.fact"),
        screen(_("Disagreements"), "rule", "consortium.disagreement"),
        page(
            _("New alliance from a template"),
            "add_business",
            "new-alliance",
            lambda request: request.user.is_superuser,
        ),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Consortium"),
    "SITE_HEADER": _("Consortium"),
    "SITE_SUBHEADER": _("Secretariat"),
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("consortium/icon.svg"),
        }
    ],
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("consortium/desk.css")],
    "LANGUAGES": {"action": lambda request: str(reverse_lazy("admin:language"))},
    "SITE_VIEWS": [
        ("language/", "language", "consortium.admin.menu.LanguageSwitch"),
        ("compare/", "compare", "consortium.admin.comparison.Compare"),
        ("phases/", "phases", "consortium.admin.comparison.Phases"),
        ("fast-forward/", "fast-forward", "consortium.admin.forward.FastForward"),
        ("replay/<slug:case>/", "replay", "consortium.admin.replaying.Replay"),
        ("what-if/", "what-if", "funding.admin.whatif.WhatIf"),
        ("pipeline/", "pipeline", "projects.admin.pipeline.Pipeline"),
        ("portfolio/", "portfolio", "projects.admin.holdings.Portfolio"),
        ("deadlines/", "deadlines", "projects.admin.board.Board"),
        ("screening/<int:call>/", "screening", "projects.admin.screening.Screening"),
        ("matching/", "matching", "funding.admin.matching.Matching"),
        ("arrears/", "arrears", "funding.admin.arrears.Arrears"),
        (
            "vouchers/missing/",
            "missing_vouchers",
            "funding.admin.missing_vouchers.MissingVouchers",
        ),
        ("withheld/", "withheld", "funding.admin.arrears.Withheld"),
        ("books/", "books", "funding.admin.books.Books"),
        ("chart-of-accounts/", "chart-of-accounts", "funding.admin.chart.Chart"),
        ("member-account/", "member-account", "funding.admin.accounts.MemberAccount"),
        ("ownership-patterns/", "ownership-patterns", "ip.admin.patterns.Patterns"),
        ("rights/", "rights", "ip.admin.rights.Rights"),
        ("dissolution/", "dissolution", "ip.admin.dissolution.Dissolution"),
        ("new-alliance/", "new-alliance", "consortium.admin.wizard.Wizard"),
    ],
    "DASHBOARD_CALLBACK": "consortium.admin.desk.dashboard",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Second factor"), "link": reverse_lazy("mfa_index")},
            {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
        ]
    },
    "COLORS": {
        "primary": {
            "50": "oklch(97% .013 236)",
            "100": "oklch(93.2% .026 236)",
            "200": "oklch(87% .045 236)",
            "300": "oklch(78% .07 236)",
            "400": "oklch(68% .095 238)",
            "500": "oklch(57% .105 240)",
            "600": "oklch(48% .1 242)",
            "700": "oklch(41% .088 243)",
            "800": "oklch(35% .07 244)",
            "900": "oklch(29% .055 245)",
            "950": "oklch(22% .04 246)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": NAVIGATION,
    },
}
