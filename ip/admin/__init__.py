"""The secretariat's screens of results, their owners and rights."""
