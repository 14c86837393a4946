"""What projects add to the mechanisms below."""

from consortium import registry
from consortium.registry import Section
from projects.contributions import screening as screening
from projects.contributions.messages import MESSAGES
from projects.rules.section import ProjectsSection

registry.sections.add(Section("projects", version=1, schema=ProjectsSection))
registry.add_messages(MESSAGES)
