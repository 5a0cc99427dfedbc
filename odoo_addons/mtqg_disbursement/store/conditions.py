"""Conditions of workflows, for many documents at once."""

from odoo.tools import SQL, Query


def evaluate(documents, conditions):
    """Return {document id: set of the conditions that hold for it}.

    One SELECT with one boolean column a condition, whatever the number of documents;
    no statement at all without conditions. Archived documents count, and nothing is
    hidden: who may see a document does not change where it goes.

    :param documents: recordset, as superuser
    :param conditions: distinct domains on the documents' model
    """
    if not conditions or not documents:
        return {id_: frozenset() for id_ in documents._ids}
    model = documents.with_context(active_test=False)
    model.env.flush_all()
    query = Query(model.env, model._table, model._table_sql)
    columns = [
        domain.optimize_full(model)._to_sql(model, model._table, query)
        for domain in conditions
    ]
    table = SQL.identifier(model._table)
    query.add_where(SQL("%s.id = ANY(%s)", table, list(documents._ids)))
    rows = model.env.execute_query(
        query.select(SQL("%s.id", table), *(SQL("(%s) IS TRUE", c) for c in columns))
    )
    return {
        id_: frozenset(c for c, held in zip(conditions, holds, strict=True) if held)
        for id_, *holds in rows
    }
