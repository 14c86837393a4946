"""The secretariat's screens of results, their owners and rights."""

from ip.admin import background as background
from ip.admin import labels as labels
from ip.admin import licences as licences
from ip.admin import moves as moves
from ip.admin import patents as patents
from ip.admin import publications as publications
from ip.admin import results as results
from ip.admin import rights as rights
