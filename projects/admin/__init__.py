"""The secretariat's screens of calls, proposals and projects."""

from projects.admin import board as board
from projects.admin import calls as calls
from projects.admin import competitors as competitors
from projects.admin import decisions as decisions
from projects.admin import holdings as holdings
from projects.admin import items as items
from projects.admin import labels as labels
from projects.admin import people as people
from projects.admin import pipeline as pipeline
from projects.admin import plans as plans
from projects.admin import portfolio as portfolio
from projects.admin import projects as projects
from projects.admin import proposals as proposals
from projects.admin import questions as questions
from projects.admin import reviews as reviews
from projects.admin import risks as risks
