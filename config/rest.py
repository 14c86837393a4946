"""How REST answers: who is let in, how often, how OpenAPI describes it."""

from datetime import timedelta
from typing import Any

from config import environment

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "consortium.api.authentication.BearerToken",
        "consortium.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["consortium.api.parsers.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "consortium.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "consortium.api.throttles.Anonymous",
        "consortium.api.throttles.User",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "600/min", "login": "20/min"},
    # Behind a proxy the last address it added counts; else nobody's header does.
    "NUM_PROXIES": 1 if environment.flag("BEHIND_PROXY", default=False) else 0,
    # OPTIONS would describe fields a second time, next to OpenAPI.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "consortium.api.problems.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX: dict[str, Any] = {
    "TOKEN_TTL": timedelta(days=30),
    "AUTH_HEADER_PREFIX": "Bearer",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Consortium",
    "VERSION": "1",
    "DESCRIPTION": (
        "Members' interface of an industrial R&D consortium. What you may not see is not"
        " there (404). Amounts are text with a unit, days ISO 8601, periods end on an"
        " exclusive day. Refusals are problems (RFC 9457) with a code and, per error, its"
        " path. Version 1 only grows."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "Language": "consortium.states.LANGUAGES",
        "LegalForm": "consortium.states.LEGAL_FORMS",
        "Stage": "consortium.states.STAGES",
        "Structure": "consortium.states.STRUCTURES",
        "Initiator": "consortium.states.INITIATORS",
        "OrganizationKind": "consortium.states.ORGANIZATION_KINDS",
        "Basis": "consortium.states.BASES",
        "SuspendedRight": "consortium.states.RIGHTS",
        "Role": "consortium.states.Role.choices",
        "NoticeState": "consortium.states.NoticeState.choices",
        "PublicationStance": "ip.states.STANCES",
        "PublicationReview": "ip.states.REVIEWS",
        "Part": "projects.states.PARTS",
        "Payer": "projects.states.PAYERS",
        "ProjectStanding": "projects.states.Standing.choices",
        "Happening": "projects.states.Happening.choices",
        "FacilityKind": "projects.states.FacilityKind.choices",
        "Grade": "funding.states.GRADES",
        "Channel": "funding.states.Channel.choices",
        "AccountKind": "funding.states.AccountKind.choices",
        "StatementEntry": "funding.states.Entry.choices",
        "CreditReason": "funding.states.CreditReason.choices",
        "Authority": "projects.states.AUTHORITIES",
        "Measure": "projects.states.MEASURES",
        "LicenceKind": "ip.states.LICENCE_KINDS",
        "SalesLine": "ip.states.SalesLine.choices",
        "RequirementLevel": "consortium.states.LEVELS",
        "BudgetReach": "projects.rules.ranking.Reach",
        "DecisionOutcome": "projects.states.Outcome.choices",
        "ExitDecision": "funding.states.EXIT_DECISIONS",
        "Left": "consortium.states.LEFT",
        "ExitOutcome": "funding.states.ExitOutcome.choices",
        "Standing": "funding.states.STANDINGS",
        "PaymentNoticeState": "funding.states.PaymentNoticeState.choices",
        "Screen": "funding.states.Screen.choices",
        "InputKind": "funding.rules.choices.InputKind",
        "Issue": "funding.rules.choices.Issue",
        "ReplyState": "funding.rules.choices.ReplyState",
        "RunState": "funding.rules.choices.RunState",
        "Initiative": "projects.states.INITIATIVES",
        "Visibility": "funding.rules.choices.Visibility",
        "ConcessionKind": "funding.states.ConcessionKind.choices",
        "ConcessionState": "funding.rules.choices.ConcessionState",
        "PatentKind": "ip.states.RIGHT_KINDS",
        "PatentRoute": "ip.states.ROUTES",
        "PatentApplicants": "ip.states.APPLICANTS",
        "ApplicantSize": "ip.states.SIZES",
        "PatentHappening": "ip.states.HAPPENINGS",
        "PatentChoice": "ip.states.CHOICES",
        "PatentDueState": "ip.states.DUE_STATES",
        "PatentDueCode": "ip.states.PATENT_DUE",
        "Use": "ip.states.USES",
        "LicensableUse": "ip.api.licence_shapes.LICENSABLE",
        "OfferedTo": "ip.states.OFFERS",
        "PartyToResult": "ip.states.PARTIES",
        "Terms": "ip.states.TERMS",
        "Verdict": "ip.states.VERDICTS",
        "RightsReason": "ip.states.REASONS",
        "PlanState": "funding.rules.choices.PlanState",
        "InstrumentKind": "funding.states.INSTRUMENTS",
        "ResultKind": "ip.states.RESULT_KINDS",
        "Confidentiality": "ip.states.CONFIDENTIALITIES",
        "OwnershipCause": "ip.states.Cause.choices",
        "Protection": "ip.states.Protection.choices",
        "OwnershipPattern": "ip.rules.ownership.Pattern",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
