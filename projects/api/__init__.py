"""The interface to projects for members' people and staff."""
