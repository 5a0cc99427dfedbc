"""Time the rival's cycle, read by ``odoo shell``; prints one line of JSON."""

import json
import sys
import time

from odoo import models

SIZE = 1_000


def make_documents():
    """Return two batches of drafts: one for each way."""
    documents = env["mtqg.bench.tier"].create(  # noqa: F821
        [{"name": f"Road {number}"} for number in range(2 * SIZE)]
    )
    return documents[:SIZE], documents[SIZE:]


def finish(job):
    """Do a job as a request of its own; return its seconds."""
    start = time.perf_counter()
    job()
    env.flush_all()  # noqa: F821
    env.cr.commit()  # noqa: F821
    env.invalidate_all()  # noqa: F821
    return time.perf_counter() - start


def validate(documents, user):
    """Agree to each document, as the rival's button does."""
    for document in documents.with_user(user):
        document.validate_tier()


def move_plainly(documents, name):
    """Write the documents, past the rival's own write, and an audit row for each."""
    models.BaseModel.write(documents, {"name": name})
    env["ir.logging"].create(  # noqa: F821
        [
            {
                "name": document._name,
                "type": "server",
                "level": "info",
                "message": "approve",
                "path": str(document.id),
                "func": "audit",
                "line": "1",
            }
            for document in documents
        ]
    )


admin = env.ref("base.user_admin")  # noqa: F821
reviewers = [
    admin.copy({"login": f"tier_{n}", "name": f"Reviewer {n}"}) for n in (1, 2)
]
env["tier.definition"].create(  # noqa: F821
    [
        {
            "name": user.name,
            "model_id": env["ir.model"]._get_id("mtqg.bench.tier"),  # noqa: F821
            "review_type": "individual",
            "reviewer_id": user.id,
            "approve_sequence": True,
            "sequence": 20 - number,
            "definition_domain": "[]",
        }
        for number, user in enumerate(reviewers)
    ]
)
theirs, plain = make_documents()
env.cr.commit()  # noqa: F821
floor = sum(
    finish(lambda name=name: move_plainly(plain, name))
    for name in ("submitted", "approved once", "approved twice")
)
before = env.cr.sql_log_count  # noqa: F821
ours = finish(lambda: theirs.with_user(admin).request_validation())
for reviewer in reviewers:
    ours += finish(lambda reviewer=reviewer: validate(theirs, reviewer))
ours += finish(lambda: theirs.write({"state": "done"}))
assert set(theirs.mapped("state")) == {"done"}
count = env.cr.sql_log_count - before  # noqa: F821
sys.stdout.write(json.dumps({"ours": ours, "floor": floor, "queries": count}) + "\n")
