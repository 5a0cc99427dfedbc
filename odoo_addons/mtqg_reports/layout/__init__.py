"""The pure room of reports: tables, formats, and one writer. It knows no Odoo."""
