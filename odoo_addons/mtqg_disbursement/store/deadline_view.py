"""The dates of every deadline, and the view that tells what became of it today.

A fact is derived from a rule and a balance (or another document), a million of them: it
has no foreign keys, which would cost more than all the rest of writing it. The view
shows a fact only where both still are.
"""

from odoo.tools import SQL

from .deadline_terms import MEASURES, figure_now, required

_TABLE = """CREATE TABLE IF NOT EXISTS mtqg_deadline_fact (
        id serial PRIMARY KEY,
        rule_id int4 NOT NULL,
        unit_id int4 NOT NULL,
        allocation_id int4,
        res_id int4,
        period date,
        is_asked bool NOT NULL DEFAULT TRUE,
        date_due_first date NOT NULL,
        date_due date NOT NULL,
        date_warn date NOT NULL,
        date_met date,
        reference varchar);
    CREATE UNIQUE INDEX IF NOT EXISTS mtqg_deadline_fact_balance
        ON mtqg_deadline_fact (allocation_id, rule_id) WHERE allocation_id IS NOT NULL;
    CREATE UNIQUE INDEX IF NOT EXISTS mtqg_deadline_fact_other
        ON mtqg_deadline_fact (rule_id, unit_id, COALESCE(res_id, 0),
                               COALESCE(period, '-infinity'))
        WHERE allocation_id IS NULL;
    CREATE INDEX IF NOT EXISTS mtqg_deadline_fact_unit
        ON mtqg_deadline_fact (unit_id, rule_id)"""

_VIEW = """CREATE VIEW mtqg_deadline AS
    SELECT d.*,
           %(state)s AS state,
           d.date_due - d.today AS days_left,
           GREATEST(d.amount_required - d.amount_reached, 0) AS amount_missing
      FROM (SELECT f.id, f.rule_id, f.unit_id, f.allocation_id,
                   COALESCE(a.project_id, p.id) AS project_id, c.id AS contract_id,
                   v.id AS disbursement_id, f.period, f.date_due_first,
                   f.date_due, f.date_warn, f.date_met, f.reference,
                   r.weight, r.measure, r.subject,
                   a.program_id, a.nature, a.source, a.origin_year,
                   COALESCE(a.plan_year, NULLIF(r.plan_year, 0),
                            EXTRACT(YEAR FROM f.date_due_first)::int4) AS plan_year,
                   f.date_due > f.date_due_first AS is_extended,
                   %(today)s AS today,
                   CASE r.measure %(required)s ELSE 0 END AS amount_required,
                   CASE r.measure %(reached)s ELSE 0 END AS amount_reached
              FROM mtqg_deadline_fact f
              JOIN mtqg_deadline_rule r ON r.id = f.rule_id
              JOIN mtqg_unit u ON u.id = f.unit_id
              LEFT JOIN mtqg_allocation a ON a.id = f.allocation_id
              LEFT JOIN mtqg_project p ON r.subject = 'project' AND p.id = f.res_id
              LEFT JOIN mtqg_contract c ON r.subject = 'contract' AND c.id = f.res_id
              LEFT JOIN mtqg_disbursement v
                     ON r.subject = 'disbursement' AND v.id = f.res_id
             WHERE f.is_asked AND r.state = 'on' AND r.active
               AND COALESCE(a.id, p.id, c.id, v.id, u.id * (f.res_id IS NULL)::int4) > 0
           ) d"""


def today_in_hanoi(moment="now()"):
    """Return SQL for the date in Hanoi at a moment (Vietnam has no summer time)."""
    return SQL("(%s AT TIME ZONE 'UTC' + interval '7 hours')::date", SQL(moment))


def state(date_met, date_due, date_warn, today):
    """Return SQL for the state of a deadline, as ``engine.deadlines.state_of``."""
    return SQL(
        """CASE WHEN %(met)s <= %(today)s AND %(met)s <= %(due)s THEN 'met'
                WHEN %(met)s <= %(today)s THEN 'met_late'
                WHEN %(today)s > %(due)s THEN 'overdue'
                WHEN %(today)s >= %(warn)s THEN 'at_risk'
                ELSE 'on_track' END""",
        met=date_met,
        due=date_due,
        warn=date_warn,
        today=today,
    )


def install_view(env):
    """Create the view, or put a newer one in its place."""
    figures = {name: figure_now(name) for name in MEASURES}
    share = SQL("(r.threshold * 100)::int8")
    env.cr.execute(SQL(_TABLE))
    env.cr.execute(SQL("DROP VIEW IF EXISTS mtqg_deadline"))
    env.cr.execute(
        SQL(
            _VIEW,
            state=state(
                *map(SQL, ("d.date_met", "d.date_due", "d.date_warn", "d.today"))
            ),
            today=today_in_hanoi(),
            required=SQL(" ").join(
                SQL("WHEN %s THEN %s", name, required(f.base, share))
                for name, f in figures.items()
            ),
            reached=SQL(" ").join(
                SQL("WHEN %s THEN %s", name, f.reached) for name, f in figures.items()
            ),
        )
    )
