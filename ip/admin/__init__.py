"""The secretariat's screens of results, their owners and rights."""

from ip.admin import moves as moves
from ip.admin import rights as rights
