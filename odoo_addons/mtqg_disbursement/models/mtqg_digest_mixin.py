from odoo import api, models


class MtqgDigestMixin(models.AbstractModel):
    """One letter to each of many people.

    A letter goes where its reader wants it: to his inbox, or by mail. It is written in
    his language; the number of queries does not grow with the number of letters.
    """

    _name = "mtqg.digest.mixin"
    _description = "Letters to people"

    # === BUSINESS METHODS === #

    @api.model
    def _deliver(self, letters):
        """Send one letter to each person.

        :param letters: list of tuples ``(user, subject, body as HTML)``; the users
            are those of one recordset, so that they are read together
        """
        mails, others = [], []
        for letter in letters:
            wants_mail = letter[0].notification_type == "email" and letter[0].email
            (mails if wants_mail else others).append(letter)
        self._send_mails(mails)
        self._put_in_inboxes(others)

    @api.model
    def _send_mails(self, letters):
        self.env["mail.mail"].create(
            [
                {
                    "subject": subject,
                    "body_html": body,
                    "email_to": user.email_formatted,
                    "auto_delete": False,
                }
                for user, subject, body in letters
            ]
        )

    @api.model
    def _put_in_inboxes(self, letters):
        if not letters:
            return
        author = self.env.ref("base.partner_root")
        messages = self.env["mail.message"].create(
            [
                {
                    "message_type": "user_notification",
                    "subject": subject,
                    "body": body,
                    "author_id": author.id,
                    "partner_ids": user.partner_id.ids,
                }
                for user, subject, body in letters
            ]
        )
        self.env["mail.notification"].create(
            [
                {
                    "mail_message_id": message.id,
                    "res_partner_id": user.partner_id.id,
                    "author_id": author.id,
                    "notification_type": "inbox",
                    "notification_status": "sent",
                }
                for message, (user, _subject, _body) in zip(
                    messages, letters, strict=True
                )
            ]
        )
