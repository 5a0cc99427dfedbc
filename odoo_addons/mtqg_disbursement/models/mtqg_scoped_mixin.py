from odoo import api, models
from odoo.api import SUPERUSER_ID

HIDDEN_NAME = "—"


class MtqgScopedMixin(models.AbstractModel):
    """A record that belongs to a unit, and stays inside what its user may see.

    Record rules decide what a user reads and writes. This mixin closes the ways around
    them: a many2one that points at a hidden record, a write that moves a record out of
    one's subtree, the name of a hidden record shown by a many2one (Odoo reads those
    names as superuser), and a remote write to what is computed or read-only.
    """

    _name = "mtqg.scoped.mixin"
    _description = "Record inside a unit's scope"

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_display_name(self):
        visible = self._filter_visible()
        (self - visible).display_name = HIDDEN_NAME
        for record in visible:
            record.display_name = record._get_label()

    def _get_label(self):
        """Return the name that people who may read the record see."""
        self.ensure_one()
        return self[self._rec_name_fallback()] or ""

    def _filter_visible(self):
        if self.env.uid == SUPERUSER_ID:
            return self
        # back in the environment of self: names are cached per superuser mode
        return self.browse(self.sudo(False)._filtered_access("read")._ids)

    # === CRUD METHODS === #

    def _has_field_access(self, field, operation):
        # "readonly" greys a field out on screens only: a remote caller could still
        # write its column, and a stored computed field would keep what he wrote
        # (an import names the record that it changes by its id)
        is_closed = field.name == "parent_path" or (
            field.readonly and field.store and field.name != "id"
        )
        if operation == "write" and is_closed and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_targets(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_targets(vals)
        result = super().write(vals)
        # who sees a record follows from what it points at
        if not self.env.su and any(self._points(name) for name in vals):
            self.check_access("write")
        return result

    def _points(self, name):
        field = self._fields.get(name)
        return field is not None and field.relational

    def _check_targets(self, vals):
        """Refuse values that point at records the user may not read.

        :raise AccessError: as reading the target would
        """
        if self.env.su:
            return
        for name, value in vals.items():
            field = self._fields.get(name)
            if field is None or not (field.comodel_name or "").startswith("mtqg."):
                continue
            if target_ids := _read_target_ids(field, value):
                self.env[field.comodel_name].browse(target_ids).check_access("read")


def _read_target_ids(field, value):
    """Return the ids of existing records that a field value points at."""
    if field.type == "many2one":
        return [value] if isinstance(value, int) and value else []
    ids = []
    for command in value if isinstance(value, (list, tuple)) else ():
        match command:
            case int():
                ids.append(command)
            case [1 | 2 | 3 | 4, int(target), *_]:
                ids.append(target)
            case [6, _, targets]:
                ids.extend(targets)
    return ids
