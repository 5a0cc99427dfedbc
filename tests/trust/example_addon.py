"""Installs the example addon into a database and works with its documents.

Run by ``test_example_addon``, in a process of its own: a registry that has learned a
module would keep it for the other tests.
"""

import json
import sys
from pathlib import Path

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config

from province import Province

ROOT = Path(__file__).parents[2]
ADDON = "mtqg_workflow_example"
MODEL = "mtqg.example.request"


def install(database):
    """Return the registry of the database, with the example addon in it."""
    folders = f"{ROOT / 'odoo_addons'},{ROOT / 'tests' / 'addons'}"
    options = ["-d", database, f"--addons-path={folders}", "--log-level=critical"]
    config.parse_config(options, setup_logging=True)
    initialize_sys_path()
    return Registry.new(database, install_modules=[ADDON])


class Story:
    """What happens to requests of a commune, told in short answers."""

    def __init__(self, env):
        self.env = env
        self.province = Province(env).build(districts=1, communes=1, projects=0)
        self.commune = next(
            place for place in self.province.places.values() if not place.below
        )
        self.finance = self.province._user(
            "finance", "finance", self.province.root.unit
        )

    def make(self, amount=5):
        """Return a draft request as its officer."""
        requests = self.env[MODEL].with_user(self.commune.officer)
        return requests.create({"name": "Chairs", "amount": amount})

    def count_mine(self, user):
        """Return how many requests wait for a user, as his inbox counts them."""
        tasks = self.env["mtqg.workflow.task"].with_user(user)
        return tasks.count_mine()["models"].get(MODEL, 0)

    def refuse(self, job):
        """Return what somebody is told who may not do something."""
        with self.env.cr.savepoint() as savepoint:
            try:
                job()
            except UserError as error:
                savepoint.rollback()
                return str(error)
        return "it was allowed"

    def tell_approval(self):
        """Submit and approve; return what was to be seen on the way."""
        leader, empty, request = self.commune.leader, self.make(0), self.make()
        seen = {
            "start": [request.workflow_state, request.stage_id.code],
            "empty": [blocker["code"] for blocker in empty.get_blockers()],
        }
        request.action_submit("please")
        seen["waits"] = request.get_blockers()
        seen["locked"] = self.refuse(lambda: request.write({"note": "x"}))
        seen["maker"] = self.refuse(request.action_approve)
        seen["closed"] = self.refuse(lambda: request.write({"workflow_state": "done"}))
        seen["inbox"] = [self.count_mine(user) for user in (leader, self.finance)]
        request.with_user(leader).action_approve()
        seen["inbox_next"] = [self.count_mine(u) for u in (leader, self.finance)]
        request.with_user(self.finance).action_approve("granted")
        seen["end"] = [request.workflow_state, request.is_granted]
        seen["events"] = self.list_events(request)
        return seen

    def tell_return(self):
        """Submit, return and ask for an opinion; return what was to be seen."""
        leader, request = self.commune.leader, self.make()
        request.action_submit()
        request.with_user(leader).action_ask_opinion(self.finance, "Is it needed?")
        request.with_user(self.finance).action_give_opinion("It is")
        request.with_user(leader).action_return("Which chairs?")
        request.write({"note": "Blue ones"})
        request.action_submit()
        return {
            "state": request.workflow_state,
            "events": self.list_events(request),
            "broken": self.env["mtqg.workflow.event"].verify(),
        }

    def list_events(self, request):
        """Return the names of what happened, in order."""
        return request.sudo().workflow_event_ids.sorted("sequence").mapped("name")

    def tell_form(self):
        """Return the buttons that the form got without a word in the addon."""
        view = (
            self.env[MODEL].with_user(self.commune.officer).get_view(view_type="form")
        )
        return [
            n for n in ("action_submit", "action_approve") if f'"{n}"' in view["arch"]
        ]


def main(database):
    """Install, work, and print what was seen; nothing of it is kept."""
    with install(database).cursor() as cr:
        story = Story(Environment(cr, SUPERUSER_ID, {}))
        seen = {
            "approval": story.tell_approval(),
            "return": story.tell_return(),
            "form": story.tell_form(),
        }
        cr.rollback()
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
