"""Who publishes a definition and who edits it at the same moment.

Each sees the draft as it was when he began, so neither would notice the other. The
trigger of a part really updates its version: whoever comes second starts again.
"""

from race_case import RaceCase

from odoo.tests import tagged

MAKE = """
WITH model AS (
    SELECT id FROM ir_model WHERE model = 'mtqg.decision'),
workflow AS (
    INSERT INTO mtqg_workflow (code, name, version, state, model_id, model)
    SELECT 'race', '{"en_US": "Race"}', 1, 'draft', id, 'mtqg.decision' FROM model
    RETURNING id)
INSERT INTO mtqg_workflow_stage (workflow_id, name, code, kind)
SELECT id, '{"en_US": "Draft"}', 'draft', 'start' FROM workflow
"""
WAY = """
INSERT INTO mtqg_workflow_transition
       (workflow_id, name, kind, stage_from_id, stage_to_id)
SELECT s.workflow_id, '{"en_US": "Way"}', 'submit', s.id, s.id
  FROM mtqg_workflow_stage s JOIN mtqg_workflow w ON w.id = s.workflow_id
 WHERE w.code = 'race'
"""
NOTICE = """
INSERT INTO mtqg_workflow_notice (transition_id, audience)
SELECT t.id, 'requester' FROM mtqg_workflow_transition t
  JOIN mtqg_workflow w ON w.id = t.workflow_id WHERE w.code = 'race'
"""
PUBLISH = "UPDATE mtqg_workflow SET state = 'published' WHERE code = 'race'"


@tagged("post_install", "-at_install")
class TestPublishingRaces(RaceCase):
    """Two managers at one draft."""

    clone_name = "publishing"
    make = (MAKE, WAY)

    def test_a_part_added_while_somebody_publishes_is_not_slipped_in(self):
        self.assert_second_starts_again(PUBLISH, WAY)
        self.assert_second_starts_again(PUBLISH, NOTICE)

    def test_what_changed_meanwhile_is_not_published_unchecked(self):
        self.assert_second_starts_again(WAY, PUBLISH)
        self.assert_second_starts_again(NOTICE, PUBLISH)
