"""What may be counted of community work: houses, people, help, gatherings, teams. Importing it publishes the views."""

from dinh.outreach.published import help, houses, teams

__all__ = ["help", "houses", "teams"]
