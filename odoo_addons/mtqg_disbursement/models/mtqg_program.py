from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MtqgProgram(models.Model):
    """A node of a national target program: program, part, project, content.

    One self-referencing tree holds every program of every period, because their
    depths differ: the program for new rural areas 2021–2025 has contents only, the one
    for ethnic minorities has projects, sub-projects and contents, and the merged
    program 2026–2035 has two parts above its contents.
    """

    _name = "mtqg.program"
    _description = "Program"
    _parent_store = True
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name", "target_code"]

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("program", "Program"),
            ("part", "Part"),
            ("project", "Component project"),
            ("sub_project", "Sub-project"),
            ("content", "Content"),
        ],
        required=True,
        default="content",
    )
    parent_id = fields.Many2one(
        "mtqg.program", string="Part of", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("mtqg.program", "parent_id", string="Contains")
    root_id = fields.Many2one(
        "mtqg.program",
        string="Program",
        compute="_compute_root_id",
        store=True,
        index=True,
        recursive=True,
        compute_sudo=False,
    )
    successor_id = fields.Many2one(
        "mtqg.program",
        string="Continued by",
        ondelete="restrict",
        index="btree_not_null",
        help="The node of a later program that takes over; nodes below follow, unless "
        "they name another one. Capital keeps its own program in the books.",
    )
    current_id = fields.Many2one(
        "mtqg.program",
        string="Program now",
        compute="_compute_current_id",
        store=True,
        index=True,
        recursive=True,
        compute_sudo=False,
    )
    target_code = fields.Char(
        string="Target program code", help="Code in TABMIS, five digits."
    )
    year_from = fields.Integer(string="First year", aggregator=None)
    year_to = fields.Integer(string="Last year", aggregator=None)
    lead_body = fields.Char(string="Lead body")
    legal_basis = fields.Char(string="Legal basis")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another program already has this code. Choose a new one."
    )
    _years_in_order = models.Constraint(
        "CHECK (year_from = 0 OR year_to = 0 OR year_from <= year_to)",
        "The last year of a program is not before its first year.",
    )
    _target_code_digits = models.Constraint(
        "CHECK (target_code ~ '^[0-9]{4,5}$')",
        "A target program code has four or five digits.",
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "name")
    def _compute_display_name(self):
        for program in self:
            names = filter(None, (program.code, program.name))
            program.display_name = " · ".join(names)

    @api.depends("parent_id.root_id")
    def _compute_root_id(self):
        for program in self:
            program.root_id = program.parent_id.root_id or program._origin

    @api.depends("successor_id.current_id", "parent_id.current_id")
    def _compute_current_id(self):
        for program in self:
            above = program.parent_id
            follows = above.current_id if above.current_id != above else above.browse()
            program.current_id = (
                program.successor_id.current_id or follows or program._origin
            )

    # === BUSINESS METHODS === #

    def _is_part_of(self, whole):
        """Tell whether this node is ``whole`` or lies below it."""
        return (self.parent_path or "").startswith(whole.parent_path)

    # === CONSTRAINT METHODS === #

    @api.constrains("parent_id", "successor_id")
    def _check_no_cycle(self):
        if self._has_cycle() or self._has_cycle("successor_id"):
            raise ValidationError(
                self.env._(
                    "Program %(program)s cannot be part of itself or continue itself.",
                    program=self[:1].display_name,
                )
            )
