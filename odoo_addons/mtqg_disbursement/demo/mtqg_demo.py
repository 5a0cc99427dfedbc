from odoo import api, models

from .story import Story
from .treasury_story import enter_reconciliations


class MtqgDemo(models.AbstractModel):
    """The door through which the demonstration data call their builder."""

    _name = "mtqg.demo"
    _description = "Demonstration province"

    @api.model
    def _tell(self):
        """Enter the year of the demonstration province; once in a database."""
        if not self.env["mtqg.decision"].search_count([], limit=1):
            story = Story(self.env)
            story.tell()
            enter_reconciliations(story)
