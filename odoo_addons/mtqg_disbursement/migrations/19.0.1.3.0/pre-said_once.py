def migrate(cr, version):
    """Lines of statements have a key that begins with their voucher instead."""
    if version:
        cr.execute("DROP INDEX IF EXISTS mtqg_statement_line_once")
