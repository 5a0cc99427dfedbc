from odoo import models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


class IrHttp(models.AbstractModel):
    """Says in words that others were faster.

    Odoo repeats a request that lost a race for a balance, five times in all. Whoever
    loses each of them would be shown the error of the database.
    """

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            exception = UserError(
                request.env._(
                    "Others are changing the same balances at this moment. Nothing was "
                    "saved: please try again."
                )
            )
        return super()._handle_error(exception)
