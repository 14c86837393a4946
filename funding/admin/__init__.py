"""The secretariat's screens of dues and money."""

from funding.admin import assessments, declarations, desk, labels, ledger, rounds, runs

__all__ = ["assessments", "declarations", "desk", "labels", "ledger", "rounds", "runs"]
