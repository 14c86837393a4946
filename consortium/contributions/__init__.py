"""What the ground itself adds to its mechanisms."""

from consortium import registry
from consortium.contributions.messages import MESSAGES
from consortium.registry import Check, DocketSource
from consortium.reports import docket, verify

registry.docket_sources.add(
    DocketSource("membership", docket.membership),
    DocketSource("secretariat", docket.secretariat),
)
registry.checks.add(
    Check("audit_chain", verify.audit_chain),
    Check("charters", verify.charters),
    Check("documents", verify.documents),
)
registry.add_messages(MESSAGES)
