"""What members would owe under any charter document."""

from funding.admin.whatif.view import WhatIf, may_look

__all__ = ["WhatIf", "may_look"]
