"""``odoo mtqg_verify``: the history of documents, verified from a shell or a timer."""

import json
import sys

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

ANCHOR = "mtqg.workflow.anchor"


class MtqgVerify(Command):
    """Verify the events of all documents, and compare them with the anchors.

    Prints each fault with its document and event. Ends with 0 if the history is whole,
    and with 1 if it is not, or if a digest that was kept is not among the anchors.
    """

    name = "mtqg_verify"

    def __init__(self):
        super().__init__()
        add = self.parser.add_argument
        add("-c", "--config", help="use a specific configuration file")
        add("-d", "--database", help="the database, if the configuration names none")
        add("--json", action="store_true", help="one object a line")
        add("--digest", help="a digest that was kept elsewhere, to be found again")

    def run(self, args):
        """Verify; ends the process with its exit code."""
        options = self.parser.parse_args(args)
        settings = ["--no-http", "--log-level=error"]
        settings += ["-c", options.config] if options.config else []
        settings += ["-d", options.database] if options.database else []
        config.parse_config(settings, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database with -d")
        with Registry(config["db_name"][0]).cursor(readonly=True) as cr:
            sys.exit(self._verify(Environment(cr, SUPERUSER_ID, {}), options))

    def _verify(self, env, options):
        """Print what is found, and return the exit code."""
        faults = env["mtqg.workflow.event"].verify()
        for fault in faults:
            print(json.dumps(fault) if options.json else self._describe(fault))
        is_known = self._is_known(env, options.digest)
        if not options.json:
            self._print_summary(env, faults)
            if not is_known:
                print("no anchor has the digest that was kept")
        return 1 if faults or not is_known else 0

    def _describe(self, fault):
        where = "{res_model} {res_id}".format(**fault)
        if fault["res_model"] == ANCHOR:
            return f"{where}: {fault['reason']}"
        return "{where}, event {sequence} (id {id}): {reason}".format(
            where=where, **fault
        )

    def _is_known(self, env, digest):
        """Tell whether an anchor has the digest, or none is asked for."""
        if not digest:
            return True
        plain = "".join(digest.split()).lower()
        return bool(env[ANCHOR].search_count([("digest", "=", plain)], limit=1))

    def _print_summary(self, env, faults):
        events = env["mtqg.workflow.event"].search_count([])
        places = {(fault["res_model"], fault["res_id"]) for fault in faults}
        print(
            f"{len(faults)} faults in {len(places)} documents"
            if faults
            else f"{events} events are whole"
        )
        if last := env[ANCHOR].search([], limit=1):
            print(f"last anchor: no. {last.number}, {last.date} UTC, {last.digest}")
        else:
            print("nothing is anchored yet")
