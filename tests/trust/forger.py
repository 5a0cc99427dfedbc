"""Somebody who owns the tables, and changes what was written.

He switches the triggers off first, and knows how events are hashed.
"""

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.engine import evidence

# another value for each column that an event has
COLUMNS = {
    "id": "id + 1000000",
    "res_model": "'mtqg.other'",
    "res_id": "res_id + 1000000",
    "sequence": "sequence + 100",
    "name": "CASE name WHEN 'return' THEN 'approve' ELSE 'return' END",
    "date": "date - interval '1 microsecond'",
    "user_id": "user_id + 1",
    "actor": "actor || ' '",
    "on_behalf_id": "COALESCE(on_behalf_id, 0) + 1",
    "principal": "COALESCE(principal, '') || '.'",
    "unit_id": "unit_id + 1",
    "stage_from_id": "stage_from_id + 1",
    "stage_to_id": "stage_to_id + 1",
    "transition_id": "COALESCE(transition_id, 0) + 1",
    "step_id": "COALESCE(step_id, 0) + 1",
    "reason_id": "COALESCE(reason_id, 0) + 1",
    "comment": "COALESCE(comment, '') || ' '",
    "format": "NULL",
    "previous_hash": "md5(previous_hash)",
    "hash": "md5(hash)",
}
# whose change the forger can hide from the chain by hashing it anew
HIDDEN = sorted(COLUMNS.keys() - {"sequence", "format", "previous_hash", "hash"})
TABLE = "mtqg_workflow_event"


class Forger:
    """Changes events as the owner of their table, and says what has to be found.

    Each method returns (document, ids of events, numbers of events): a finding names
    the document and one of the events, by its id or, where it is gone, by its number.
    """

    def __init__(self, env, dice, documents):
        self.env, self.dice, self.documents = env, dice, documents

    def run(self, statement, **values):
        """Run a statement; ``%(events)s`` in it is the table of events."""
        self.env.cr.execute(SQL(statement, events=SQL.identifier(TABLE), **values))

    def read(self, document):
        """Return the events of a document, in order, as dicts of columns."""
        self.run(
            "SELECT * FROM %(events)s WHERE res_model = %(model)s AND res_id = %(id)s"
            " ORDER BY sequence",
            model=document._name,
            id=document.id,
        )
        return self.env.cr.dictfetchall()

    def pick(self, least=1):
        """Return (a document with so many events, its events)."""
        chains = [(d, self.read(d)) for d in self.documents]
        return self.dice.choice([(d, c) for d, c in chains if len(c) >= least])

    def hash_anew(self, document):
        """Number and chain the events of a document as if they were the true ones."""
        previous = ""
        for number, event in enumerate(self.read(document), 1):
            event |= {"sequence": number, "previous_hash": previous}
            previous = evidence.hash_event(event)
            self.run(
                "UPDATE %(events)s SET sequence = %(sequence)s,"
                " previous_hash = %(before)s, hash = %(hash)s WHERE id = %(id)s",
                sequence=number,
                before=event["previous_hash"],
                hash=previous,
                id=event["id"],
            )

    def change(self, event, column):
        self.run(
            "UPDATE %(events)s SET %(column)s = %(value)s WHERE id = %(id)s",
            column=SQL.identifier(column),
            value=SQL(COLUMNS[column]),
            id=event["id"],
        )
        return event["id"] + 1_000_000 if column == "id" else event["id"]

    def drop(self, chain):
        self.run(
            "DELETE FROM %(events)s WHERE id = ANY(%(ids)s)",
            ids=[event["id"] for event in chain],
        )

    def set_stage_back(self, document):
        """Put a document where the events that are left say that it is."""
        chain = self.read(document)
        start = document.workflow_id.stage_ids.filtered(lambda s: s.kind == "start")
        self.run(
            "UPDATE %(table)s SET stage_id = %(stage)s, workflow_state = 'draft'"
            " WHERE id = %(id)s",
            table=SQL.identifier(document._table),
            stage=chain[-1]["stage_to_id"] if chain else start.id,
            id=document.id,
        )

    # === WHAT HE DOES === #

    def change_a_column(self):
        document, chain = self.pick()
        event = self.dice.choice(chain)
        column = self.dice.choice(sorted(COLUMNS))
        return document, {self.change(event, column)}, {event["sequence"]}

    def change_a_column_and_hash_anew(self):
        document, chain = self.pick()
        event = self.dice.choice(chain)
        id_ = self.change(event, self.dice.choice(HIDDEN))
        self.hash_anew(document)
        return document, {id_}, {event["sequence"]}

    def drop_an_event(self):
        document, chain = self.pick()
        place = self.dice.choice((0, len(chain) // 2, len(chain) - 1))
        self.drop([chain[place]])
        number = place + 1
        return document, set(), {number, number + 1, len(chain) - 1}

    def drop_an_event_and_hash_anew(self):
        document, chain = self.pick(least=2)
        place = self.dice.randrange(len(chain) - 1)
        self.drop([chain[place]])
        self.hash_anew(document)
        return document, set(), {place + 1}

    def cut_the_end_and_set_the_stage_back(self):
        document, chain = self.pick(least=2)
        kept = self.dice.randrange(1, len(chain))
        self.drop(chain[kept:])
        self.set_stage_back(document)
        return document, set(), {kept + 1}

    def drop_all_events(self):
        document, chain = self.pick()
        self.drop(chain)
        if self.dice.random() < 0.5:
            self.set_stage_back(document)
        return document, set(), {0, 1}

    def drop_a_document_and_its_events(self):
        document, chain = self.pick()
        self.drop(chain)
        self.lose(document)
        return document, set(), {0, 1}

    def swap_two_events(self):
        document, chain = self.pick(least=2)
        first, second = self.dice.sample(chain, 2)
        self.renumber(first, -1)
        self.renumber(second, first["sequence"])
        self.renumber(first, second["sequence"])
        if self.dice.random() < 0.5:
            self.hash_anew(document)
        return (
            document,
            {first["id"], second["id"]},
            {first["sequence"], second["sequence"]},
        )

    def swap_events_of_two_documents(self):
        document, chain = self.pick()
        other = self.dice.choice([d for d in self.documents if d != document])
        mine, theirs = self.dice.choice(chain), self.dice.choice(self.read(other))
        self.move(mine, other, -1)
        self.move(theirs, document, mine["sequence"])
        self.move(mine, other, theirs["sequence"])
        if self.dice.random() < 0.5:
            self.hash_anew(document)
            self.hash_anew(other)
        return document, {theirs["id"]}, {mine["sequence"]}

    def move_an_event_to_another_document(self):
        document, chain = self.pick()
        other = self.dice.choice([d for d in self.documents if d != document])
        event = self.dice.choice(chain)
        self.move(event, other, 99)
        if self.dice.random() < 0.5:
            self.hash_anew(document)
            self.hash_anew(other)
        return (
            document,
            set(),
            {event["sequence"], event["sequence"] + 1, len(chain) - 1},
        )

    def insert_an_event_with_the_right_hash(self):
        document, chain = self.pick(least=2)
        place = self.dice.randrange(1, len(chain))
        for event in reversed(chain[place:]):
            self.renumber(event, event["sequence"] + 1)
        forged = self.insert(chain[place - 1], {"sequence": place + 1})
        self.hash_anew(document)
        return document, {forged}, {place + 1}

    def append_an_approval_with_the_right_hash(self):
        document, chain = self.pick()
        end = document.workflow_id.stage_ids.filtered(lambda s: s.kind == "rejected")
        values = {
            "sequence": len(chain) + 1,
            "name": "reject",
            "stage_from_id": chain[-1]["stage_to_id"],
            "stage_to_id": end.id,
        }
        forged = self.insert(chain[-1], values)
        self.hash_anew(document)
        return document, {forged}, {len(chain) + 1}

    # === HOW === #

    def lose(self, document):
        """Take a document away; its lines and entries would have to go with it."""
        self.run(
            "UPDATE %(table)s SET id = id + 1000000 WHERE id = %(id)s",
            table=SQL.identifier(document._table),
            id=document.id,
        )

    def hash_one_anew(self, id_):
        """Hash one event as if it were a true one, and leave those after it."""
        self.run("SELECT * FROM %(events)s WHERE id = %(id)s", id=id_)
        (event,) = self.env.cr.dictfetchall()
        self.run(
            "UPDATE %(events)s SET hash = %(hash)s WHERE id = %(id)s",
            hash=evidence.hash_event(event),
            id=id_,
        )

    def renumber(self, event, number):
        self.run(
            "UPDATE %(events)s SET sequence = %(number)s WHERE id = %(id)s",
            number=number,
            id=event["id"],
        )

    def move(self, event, document, number):
        self.run(
            "UPDATE %(events)s SET res_model = %(model)s, res_id = %(doc)s,"
            " sequence = %(number)s WHERE id = %(id)s",
            model=document._name,
            doc=document.id,
            number=number,
            id=event["id"],
        )

    def insert(self, event, values):
        """Insert a copy of an event with other values; return its id."""
        row = {**event, **values}
        del row["id"]
        self.run(
            "INSERT INTO %(events)s (%(names)s) VALUES %(values)s RETURNING id",
            names=SQL(", ").join(map(SQL.identifier, row)),
            values=tuple(row.values()),
        )
        return self.env.cr.fetchone()[0]


WAYS = tuple(
    name
    for name, value in vars(Forger).items()
    if name.split("_")[0]
    in {"change", "drop", "cut", "swap", "move", "insert", "append"}
    and "_" in name
)
