"""A year of the demonstration province, entered by its own people.

Nothing is written into the register from the side: officers make and submit documents,
leaders approve or return them, the Treasury pays. So tasks, events and entries are
those of real use.
"""

import base64
import csv
from datetime import date, timedelta
from decimal import Decimal

from passlib.hash import pbkdf2_sha512

from odoo import Command
from odoo.tools import file_open

ADDON = "mtqg_disbursement"
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}
# what happens to a document after it was made, by the state the tables give it
MOVES = {
    "draft": (),
    "waiting": ("submit",),
    "returned": ("submit", "return"),
    "treasury": ("submit", "approve"),
    "treasury_returned": ("submit", "approve", "return"),
    "finance": ("submit", "approve"),
    "leader": ("submit",),
}
# where each role starts its day
SCREENS = {
    "officer": "mtqg_project_action",
    "leader": "mtqg_workflow_task_action",
    "finance": "mtqg_workflow_task_action",
    "treasury": "mtqg_workflow_task_action",
    "inspector": "mtqg_allocation_action",
    "steering": "mtqg_allocation_action",
    "manager": "mtqg_allocation_action",
}
# a paper of a project that has no investment decision yet is dated from here
DAY_WITHOUT_DECISION = date(2024, 9, 30)


def read_table(name):
    """Return the rows of a table of the story as dicts of texts."""
    with file_open(f"{ADDON}/demo/story/{name}.csv", "r") as file:
        return list(csv.DictReader(file))


def to_dong(million):
    """Return whole đồng for a text in million đồng; nothing is zero.

    >>> to_dong("486.165")
    486165000
    """
    return int(Decimal(million or 0) * 1_000_000)


class Story:
    """The tables of ``demo/story`` become documents, in the order of real life."""

    def __init__(self, env):
        self.env = env(context={**env.context, **QUIET})
        self.units = {unit.code: unit for unit in self.env["mtqg.unit"].search([])}
        self.programs = {p.code: p for p in self.env["mtqg.program"].search([])}
        self.makers = self.env.ref(f"{ADDON}.group_officer") | self.env.ref(
            f"{ADDON}.group_finance"
        )
        self.balances = {}
        self.projects = {}
        self.contracts = {}

    def tell(self):
        """Enter everything, as the people of the province would."""
        self.welcome_people()
        self.enter_projects()
        self.enter_decisions()
        self.enter_contracts()
        self.move_projects()
        self.enter_vouchers()
        self.enter_commitments()

    # === PEOPLE === #

    def welcome_people(self):
        """Make each login the password too, and give everybody a first screen.

        The hashes are weak, because strong ones take a second each; Odoo replaces a
        weak hash at the first login.
        """
        people = self.env["mtqg.unit"].search([]).user_ids
        people -= self.env.ref("base.user_admin")
        weak = pbkdf2_sha512.using(rounds=1)
        for user in people:
            user._set_encrypted_password(user.id, weak.hash(user.login))
        for role, screen in SCREENS.items():
            members = self.env.ref(f"{ADDON}.group_{role}").user_ids & people
            members.action_id = self.env.ref(f"{ADDON}.{screen}").id

    def find_maker(self, unit):
        """Return who makes the documents of a unit: its officer, or one above it."""
        people = unit.user_ids.filtered(lambda user: user.group_ids & self.makers)
        return people[:1] or self.find_maker(unit.parent_id)

    def find_decider(self, document):
        """Return the one whom a document waits for."""
        task = self.env["mtqg.workflow.task"].search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("state", "=", "pending"),
            ]
        )
        return task.approver_unit_id.user_ids.filtered(
            lambda user: task.group_id in user.group_ids
        )[0]

    # === MOVES === #

    def move(self, documents, name, comment=""):
        """Let the right people make one move of the documents."""
        finder = self.find_requester if name == "submit" else self.find_decider
        for person, taken in documents.grouped(finder).items():
            getattr(taken.with_user(person), f"action_{name}")(comment)

    def find_requester(self, document):
        """Return who submits a document: who made it."""
        return document.create_uid

    def play(self, documents, state, comment="", done=("submit", "approve")):
        """Bring new documents into a state; the last move carries the comment."""
        moves = MOVES.get(state, done)
        for number, name in enumerate(moves, 1):
            self.move(documents, name, comment if number == len(moves) else "")

    # === PROJECTS === #

    def enter_projects(self):
        """Enter the dossiers, in their first stage."""
        for row in read_table("projects"):
            unit = self.units[row["unit"]]
            self.projects[row["code"]] = self.create(
                "mtqg.project",
                unit,
                unit_id=unit.id,
                program_id=self.programs[row["program"]].id,
                amount_total=to_dong(row["million"]),
                **self.pick(
                    row,
                    "code name kind location decision_number date_decision date_start "
                    "date_end percent_progress",
                ),
            )

    def enter_contracts(self):
        """Enter the contracts of the projects."""
        for row in read_table("contracts"):
            project = self.projects[row["project"]]
            self.contracts[row["number"]] = self.create(
                "mtqg.contract",
                project.unit_id,
                project_id=project.id,
                amount=to_dong(row["million"]),
                amount_advance_agreed=to_dong(row["advance_million"]),
                **self.pick(row, "number date contractor content date_start date_end"),
            )
        self.enter_guarantees()

    def enter_guarantees(self):
        """Enter what article 9 of NĐ 254/2025 asks of advances above one billion."""
        for row in read_table("guarantees"):
            contract = self.contracts[row["contract"]]
            contract.with_user(self.find_maker(contract.unit_id)).write(
                {
                    "date_recovery": row["recovery"],
                    "guarantee_ids": [
                        Command.create(
                            {
                                "amount": to_dong(row["million"]),
                                **self.pick(row, "number bank date_from date_to"),
                            }
                        )
                    ],
                }
            )

    def move_projects(self):
        """Move each dossier to its stage, with the papers that each move asks for."""
        for row in read_table("projects"):
            project = self.projects[row["code"]]
            while project.stage_id.code != row["stage"]:
                self.add_papers(project)
                self.move(project, "submit")
                while project.workflow_transition_id:
                    self.move(project, "approve")
            if row["waiting"]:
                self.add_papers(project)
                self.play(project, row["waiting"], row["comment"])

    def add_papers(self, project):
        """Add the papers that the next move of a dossier requires."""
        transition = self.env["mtqg.workflow.transition"].search(
            [("stage_from_id", "=", project.stage_id.id), ("kind", "=", "submit")]
        )
        types = transition.requirement_ids.paper_type_id
        needed = {kind.code: kind for kind in types}
        for row in read_table("papers"):
            if row["type"] in needed:
                self.add_paper(project, needed[row["type"]], row)

    def add_paper(self, project, kind, row):
        """Add one paper with a small file."""
        number = row["number"].format(
            n=int(project.code[-2:]) * 3 + 7,
            code=project.code,
            decision=project.decision_number,
        )
        day = project.date_decision or DAY_WITHOUT_DECISION
        text = f"{row['title']}\nSố: {number}\n{project.name}\n(Tài liệu minh họa)\n"
        self.create(
            "mtqg.paper",
            project.unit_id,
            res_model=project._name,
            res_id=project.id,
            type_id=kind.id,
            name=f"{row['title']} {number}",
            number=number,
            date=day + timedelta(days=int(row["days"])),
            issuer=row["issuer"],
            file=base64.b64encode(text.encode()),
            filename=f"{kind.code}-{project.code}.txt",
        )

    # === DECISIONS === #

    def enter_decisions(self):
        """Enter the decisions, and TABMIS after those that are in force."""
        lines = read_table("decision_lines")
        for row in read_table("decisions"):
            unit = self.units[row["unit"]]
            own = [line for line in lines if line["decision"] == row["number"]]
            decision = self.create(
                "mtqg.decision",
                unit,
                unit_id=unit.id,
                plan_year=2024,
                line_ids=[Command.create(self.prepare_line(line)) for line in own],
                **self.pick(row, "number date kind summary legal_basis"),
            )
            self.play(decision, row["state"], row["comment"])
            if row["state"] == "done":
                for line, table_row in zip(decision.line_ids, own, strict=True):
                    self.balances[table_row["balance"]] = line.allocation_id
            if row["tabmis_date"]:
                self.enter_tabmis(own, unit, row["tabmis_date"])

    def prepare_line(self, row):
        """Return the values of a line: on a balance, out of one, or a new root."""
        values = {"amount": to_dong(row["million"])}
        if balance := self.balances.get(row["balance"]):
            return {**values, "allocation_id": balance.id}
        values["unit_id"] = self.units[row["unit"]].id
        values["program_id"] = self.programs[row["program"]].id
        if row["project"]:
            values["project_id"] = self.projects[row["project"]].id
        if row["parent"]:
            return {**values, "parent_id": self.balances[row["parent"]].id}
        return {**values, **self.pick(row, "nature source origin_year")}

    def enter_tabmis(self, rows, unit, day):
        """Enter in TABMIS what the table says; an empty cell means all of it."""
        person = self.find_maker(unit)
        for row in rows:
            amount = to_dong(row["tabmis_million"]) if row["tabmis_million"] else None
            if amount != 0:
                self.balances[row["balance"]].with_user(person).enter_tabmis(
                    amount, day, f"TABMIS {day[8:]}/{day[5:7]}"
                )

    # === VOUCHERS === #

    def enter_vouchers(self):
        """Enter the vouchers month by month: a recovery follows its advance."""
        rows = read_table("vouchers")
        paid = [row for row in rows if row["state"] == "done"]
        for month in sorted({row["date"][:7] for row in paid}):
            vouchers = self.env["mtqg.disbursement"].union(
                *(self.enter_voucher(row) for row in paid if row["date"][:7] == month)
            )
            self.play(vouchers, "done", done=("submit", "approve", "approve"))
        for row in rows:
            if row["state"] != "done":
                self.play(self.enter_voucher(row), row["state"], row["comment"])

    def enter_voucher(self, row):
        """Return a new draft voucher."""
        balance = self.balances[row["balance"]]
        return self.create(
            "mtqg.disbursement",
            balance.unit_id,
            allocation_id=balance.id,
            amount=to_dong(row["million"]),
            amount_recovered=to_dong(row["recovered_million"]),
            contract_id=row["contract"] and self.contracts[row["contract"]].id,
            **self.pick(row, "number date kind content payee"),
        )

    # === COMMITMENTS === #

    def enter_commitments(self):
        """Enter what the communes promised to disburse, month by month."""
        rows = read_table("commitment_lines")
        for row in read_table("commitments"):
            unit = self.units[row["unit"]]
            own = [line for line in rows if line["commitment"] == row["number"]]
            commitment = self.create(
                "mtqg.commitment",
                unit,
                unit_id=unit.id,
                plan_year=2024,
                line_ids=[
                    Command.create(values)
                    for line in own
                    for values in self.prepare_months(line)
                ],
                **self.pick(row, "number date shortfall_reason"),
            )
            self.play(commitment, row["state"], row["comment"])

    def prepare_months(self, row):
        """Yield the values of a line for each month that has an amount."""
        balance = self.balances[row["balance"]]
        for month in range(1, 14):
            if million := row[f"{month:02}"]:
                yield {
                    "program_id": balance.program_id.id,
                    "project_id": balance.project_id.id,
                    "nature": balance.nature,
                    "origin_year": balance.origin_year,
                    "month": month,
                    "amount": to_dong(million),
                }

    # === HELPERS === #

    def create(self, model, unit, **values):
        """Create a record as the maker of a unit; return it as the superuser."""
        person = self.find_maker(unit)
        return self.env[model].browse(
            self.env[model].with_user(person).create(values).id
        )

    def pick(self, row, names):
        """Return the cells of these columns; an empty cell is no value."""
        return {name: row[name] or False for name in names.split()}
