"""The secretariat's screens of results, their owners and rights."""

from ip.admin import patents as patents
