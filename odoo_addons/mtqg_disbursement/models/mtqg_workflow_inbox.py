from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..store import inbox

MAX_PAGE = 500


class MtqgWorkflowInbox(models.Model):
    """What waits for the user: pages, counters, and decisions on many of them."""

    _inherit = "mtqg.workflow.task"

    is_late = fields.Boolean(
        string="Overdue", compute="_compute_is_late", search="_search_is_late"
    )

    # === COMPUTE METHODS === #

    @api.model
    def _list_document_kinds(self):
        """Return (model, its name in the language of the user) of all documents."""
        return list(self._keep_document_kinds(self.env.lang))

    @api.model
    @tools.ormcache("lang")
    def _keep_document_kinds(self, lang):
        kinds = self.env["ir.model"].sudo().with_context(lang=lang)
        names = sorted(kinds._get_workflow_models())
        return tuple((name, kinds._get(name).name) for name in names)

    @api.depends("date_limit", "state")
    def _compute_is_late(self):
        today = today_vn()
        for task in self:
            is_open = task.state in {"waiting", "pending"}
            task.is_late = is_open and bool(task.date_limit and task.date_limit < today)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", ("waiting", "pending")) & Domain(
            "date_limit", "<", today_vn()
        )

    # === ACTION METHODS === #

    def action_bulk(self, name, comment=None, reason=None):
        """Make one move of the documents that wait, of several kinds at once.

        :param str name: approve, return or reject; submit and withdraw for one's own
        :param str comment: kept in the events; to return or reject, say why
        :param str reason: code of a return reason
        :return: dict ``done``, ids of tasks whose documents moved, and ``blocked``, a
            list of dicts ``id``, ``name``, ``code``, ``message``, ``res_model``,
            ``res_id``; all in one transaction
        :raise UserError: as ``action_bulk`` of the documents does
        """
        self.env["mtqg.workflow.mixin"]._check_bulk_words(name, comment, reason)
        answers = {
            model: self.env[model].browse(ids).action_bulk(name, comment, reason)
            for model, ids in self._list_approvals().items()
        }
        blocked = self._match_blocked(
            {model: answer["blocked"] for model, answer in answers.items()}
        )
        refused = {row["id"] for row in blocked}
        return {
            "done": [id_ for id_ in dict.fromkeys(self._ids) if id_ not in refused],
            "blocked": blocked,
        }

    @api.readonly
    def check_bulk(self, name):
        """Say which tasks a bulk move would leave, and why; nothing moves.

        :return: ``blocked`` as ``action_bulk`` returns it
        """
        self.env["mtqg.workflow.mixin"]._check_bulk(name)
        return self._match_blocked(
            {
                model: self.env[model].browse(ids).check_bulk(name)
                for model, ids in self._list_approvals().items()
            }
        )

    # === READING === #

    @api.model
    @api.readonly
    def read_inbox(self, domain=None, offset=0, limit=80, order=None):
        """Return a page of what waits for the user, by one query.

        :param list domain: further condition on the tasks
        :param str order: by columns of the task; the most urgent first by default
        :return: dict ``records``, as the web client reads records, and ``length``, the
            number of all that match; False for a full page without a domain, where
            the counters know it
        """
        count = self.env["mtqg.measure"]._read_count
        offset, limit = count(offset), min(count(limit, 80) or 80, MAX_PAGE)
        query = self._search_mine(domain, offset, limit, order)
        rows, length = inbox.read_page(self, query, today_vn(), bool(domain))
        if length is None:
            length = len(rows) < limit and offset + len(rows)
        return {"records": [_as_record(row) for row in rows], "length": length}

    @api.model
    @api.readonly
    def read_counters(self):
        """Count what waits for the user by kind of document, by one query.

        :return: dict ``total``, ``late``, and ``kinds``, a list of dicts ``model``,
            ``name``, ``total``, ``late``
        """
        names = dict(self._list_document_kinds())
        kinds = [
            {
                "model": model,
                "name": names.get(model, model),
                "total": total,
                "late": late,
            }
            for model, total, late in self._count_mine()
        ]
        return {
            "total": sum(kind["total"] for kind in kinds),
            "late": sum(kind["late"] for kind in kinds),
            "kinds": sorted(kinds, key=lambda kind: kind["name"]),
        }

    # === BUSINESS METHODS === #

    def _search_mine(self, domain, offset, limit, order):
        order = order or "date_limit, date_pending, id"
        try:
            scope = Domain(domain or [])
            scope.validate(self)
            mine = scope & self._get_mine_domain()
            return self._search(mine, offset=offset, limit=limit, order=order)
        except (TypeError, ValueError, AttributeError) as error:
            raise UserError(
                self.env._("Tasks cannot be found or put in order that way: %s", error)
            ) from error

    def _list_approvals(self):
        """Return {model: ids of documents} of the tasks that ask for an approval."""
        found = {}
        for task in self._filter_seen():
            if task.kind == "approve":
                found.setdefault(task.res_model, {})[task.res_id] = True
        return {model: list(ids) for model, ids in found.items()}

    def _filter_seen(self):
        tasks = self.browse(dict.fromkeys(self._ids)).exists()
        return tasks._filtered_access("read")

    def _match_blocked(self, blocked):
        """Return what blocks documents as rows of the tasks that ask for them."""
        reasons = {(m, row["id"]): row for m, rows in blocked.items() for row in rows}
        seen = self._filter_seen().grouped("id")
        rows = []
        for id_ in dict.fromkeys(self._ids):
            if task := seen.get(id_):
                row = task._find_block(reasons)
                place = {"res_model": task.res_model, "res_id": task.res_id}
            else:
                row = self.env["mtqg.workflow.mixin"]._describe_gone(id_)
                place = {"res_model": False, "res_id": False}
            if row:
                rows.append({**row, **place, "id": id_})
        return rows

    def _find_block(self, reasons):
        if self.kind == "approve":
            return reasons.get((self.res_model, self.res_id))
        text = self.env._(
            "Your opinion is asked, not your approval. Open the document to give it."
        )
        return {"name": self.document_name, "code": "opinion", "message": text}


def _as_record(row):
    """Return a row of the page as the web client gets records."""
    record = {n: False if row[n] is None else row[n] for n in inbox.PLAIN}
    record["date_pending"] = fields.Datetime.to_string(row["date_pending"])
    record["date_limit"] = fields.Date.to_string(row["date_limit"])
    for name in inbox.NAMED:
        id_, text = row[name]
        record[name] = {"id": id_, "display_name": text or ""} if id_ else False
    return record
