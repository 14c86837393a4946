"""The secretariat's screens of results, their owners and rights."""

from ip.admin import licences as licences
