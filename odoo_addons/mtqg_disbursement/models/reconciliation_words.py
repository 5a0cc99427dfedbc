"""Why two sides differ, as a sentence with the figures in it."""

from datetime import date

from ..engine.money import group_digits

TYPING = ("transposed_digits", "dropped_digit", "changed_digit", "rounding")
VIETNAMESE = "vi_VN"


class Words:
    """Writes explanations, in Vietnamese where the database speaks it.

    They stand in minutes that both sides sign, so all readers see the same sentence.
    """

    def __init__(self, env):
        languages = {code for code, _name in env["res.lang"].get_installed()}
        if VIETNAMESE in languages:
            env = env(context={**env.context, "lang": VIETNAMESE})
        self.env = env
        self.choices = {}

    def explain(self, vals):
        """Return the sentences that explain a difference.

        :param dict vals: values of an ``mtqg.reconciliation.line``
        """
        line, details = Line(self, vals), vals.get("details") or {}
        writers = (_about_figure, _about_class, _about_more)
        return " ".join(filter(None, (write(line, details) for write in writers)))

    def name(self, field, value):
        """Return the label of a choice of a difference."""
        if field not in self.choices:
            choice = self.env["mtqg.reconciliation.line"]._fields[field]
            self.choices[field] = dict(choice._description_selection(self.env))
        return self.choices[field].get(value, value or "—")


class Line:
    """The values of a difference, with the words for them."""

    def __init__(self, words, vals):
        self.words, self.env, self.vals = words, words.env, vals

    def __getattr__(self, name):
        return self.vals.get(name)


def _name(line, field, value):
    return line.words.name(field, value)


def _amounts(line):
    return {
        "own": group_digits(line.amount_own),
        "treasury": group_digits(line.amount_treasury),
        "difference": group_digits(abs(line.amount_difference)),
    }


def _about_figure(line, _details):
    """Name the figure of a table, where it is one."""
    if line.measure == "payment":
        return ""
    return line.env._(
        "%(measure)s (%(span)s):",
        measure=_name(line, "measure", line.measure),
        span=_name(line, "span", line.span).lower(),
    )


def _about_class(line, details):
    """Explain the class; each has its own sentence."""
    name = line.difference_class
    if name in {"split", "merged"}:
        return _about_sum(line, details)
    if name == "money_unit" or name in TYPING:
        return _about_amount(line, details)
    if name in {"cut_off", "date_shift"} and "days" in details:
        return _about_days(line, details)
    if name in {"cut_off", "refund_missed", "only_own", "only_treasury"}:
        return _about_one_side(line, details)
    return _about_field(line, details)


def _about_sum(line, details):
    values = {**_amounts(line), "count": details.get("count", 0)}
    if line.difference_class == "split":
        return line.env._(
            "One payment of %(own)s đồng in the register is %(count)s payments at the "
            "Treasury, %(treasury)s đồng together.",
            **values,
        )
    return line.env._(
        "%(count)s payments in the register, %(own)s đồng together, are one payment of "
        "%(treasury)s đồng at the Treasury.",
        **values,
    )


def _about_amount(line, details):
    values = {**details, **_amounts(line)}
    texts = {
        "money_unit": lambda: line.env._(
            "Another unit of money: %(own)s đồng in the register, %(treasury)s đồng at "
            "the Treasury, %(factor)s times as much or as little.",
            **{**values, "factor": group_digits(details.get("factor", 0))},
        ),
        "transposed_digits": lambda: line.env._(
            "Two digits changed places (%(digits)s): %(own)s đồng in the register, "
            "%(treasury)s đồng at the Treasury. The difference of %(difference)s đồng "
            "is divisible by nine.",
            **values,
        ),
        "dropped_digit": lambda: line.env._(
            "The digit %(digit)s was lost or typed twice: %(own)s đồng in the "
            "register, %(treasury)s đồng at the Treasury.",
            **values,
        ),
        "changed_digit": lambda: line.env._(
            "One digit was typed for another (%(own_digit)s here, %(treasury_digit)s "
            "there): %(own)s đồng in the register, %(treasury)s đồng at the Treasury.",
            **values,
        ),
        "rounding": lambda: line.env._(
            "One side is rounded to %(rounded_to)s đồng: %(own)s đồng in the register, "
            "%(treasury)s đồng at the Treasury.",
            **{**values, "rounded_to": group_digits(details.get("rounded_to", 0))},
        ),
    }
    return texts[line.difference_class]()


def _about_days(line, details):
    days = details["days"]
    values = {**_amounts(line), "days": abs(days)}
    if line.difference_class == "cut_off":
        return line.env._(
            "The same payment of %(own)s đồng, booked %(days)s days apart, on both "
            "sides of the end of a month (NĐ 254/2025/NĐ-CP article 12).",
            **values,
        )
    if days > 0:
        return line.env._(
            "The same payment of %(own)s đồng; the Treasury booked it %(days)s days "
            "later.",
            **values,
        )
    return line.env._(
        "The same payment of %(own)s đồng; the Treasury booked it %(days)s days "
        "earlier.",
        **values,
    )


def _about_one_side(line, details):
    """Explain a figure that the other side does not have."""
    values = _amounts(line)
    is_own = details.get("side", "own") == "own"
    if line.difference_class == "cut_off":
        return (
            line.env._(
                "%(own)s đồng at the end of the period only in the register; the "
                "Treasury may have booked it in the next period.",
                **values,
            )
            if is_own
            else line.env._(
                "%(treasury)s đồng at the beginning of the period only at the "
                "Treasury; the unit may have booked it in the period before.",
                **values,
            )
        )
    if line.difference_class == "refund_missed":
        return (
            line.env._(
                "Money that came back, %(own)s đồng, only in the register.", **values
            )
            if is_own
            else line.env._(
                "Money that came back, %(treasury)s đồng, only at the Treasury.",
                **values,
            )
        )
    if line.difference_class == "only_own":
        return line.env._(
            "%(own)s đồng only in the register: the Treasury has nothing like it.",
            **values,
        )
    return line.env._(
        "%(treasury)s đồng only at the Treasury: the register has nothing like it.",
        **values,
    )


def _about_field(line, details):
    """Explain a code, year, nature or kind that differs."""
    name = line.difference_class
    field = _FIELDS.get(name)
    if not field or f"own_{field}" not in details:
        return line.env._(
            "%(own)s đồng in the register, %(treasury)s đồng at the Treasury; no rule "
            "explains the difference of %(difference)s đồng.",
            **_amounts(line),
        )
    choice = {"kind": "measure", "nature": "nature"}.get(field)
    own, treasury = (
        _name(line, choice, details[f"{side}_{field}"])
        if choice
        else str(details[f"{side}_{field}"])
        for side in ("own", "treasury")
    )
    values = {"here": own, "there": treasury, "amount": _amounts(line)["own"]}
    text = _SENTENCES[name](line, values)
    if details.get("mistyped") == field:
        text = " ".join((text, line.env._("One digit of the code was mistyped.")))
    return text


_FIELDS = {
    "advance_as_completed": "kind",
    "wrong_kind": "kind",
    "investment_as_recurrent": "nature",
    "wrong_project": "project",
    "wrong_program": "program",
    "wrong_unit": "unit",
    "predecessor_unit": "unit",
    "wrong_origin_year": "origin_year",
}


def _of_kind(line, values):
    return line.env._(
        "%(amount)s đồng: booked as “%(here)s” in the register and as “%(there)s” at "
        "the Treasury.",
        **values,
    )


_SENTENCES = {
    "advance_as_completed": _of_kind,
    "wrong_kind": _of_kind,
    "investment_as_recurrent": lambda line, values: line.env._(
        "%(amount)s đồng: “%(here)s” capital in the register, “%(there)s” capital at "
        "the Treasury.",
        **values,
    ),
    "wrong_project": lambda line, values: line.env._(
        "%(amount)s đồng: project %(here)s in the register, project %(there)s at the "
        "Treasury.",
        **values,
    ),
    "wrong_program": lambda line, values: line.env._(
        "%(amount)s đồng: program %(here)s in the register, program %(there)s at the "
        "Treasury.",
        **values,
    ),
    "wrong_unit": lambda line, values: line.env._(
        "%(amount)s đồng: unit %(here)s in the register, unit %(there)s at the "
        "Treasury.",
        **values,
    ),
    "predecessor_unit": lambda line, values: line.env._(
        "%(amount)s đồng: unit %(here)s in the register, unit %(there)s at the "
        "Treasury; one took over from the other (NĐ 125/2025/NĐ-CP).",
        **values,
    ),
    "wrong_origin_year": lambda line, values: line.env._(
        "%(amount)s đồng: capital of %(here)s in the register, of %(there)s at the "
        "Treasury.",
        **values,
    ),
}


def _about_more(line, details):
    """Name the other ways in which the sides differ, and what they are about."""
    parts = []
    if details.get("also"):
        names = ", ".join(
            _name(line, "difference_class", name).lower() for name in details["also"]
        )
        parts.append(line.env._("They differ in more: %(classes)s.", classes=names))
    if details.get("voucher"):
        parts.append(line.env._("Voucher %(number)s.", number=details["voucher"]))
    if details.get("date"):
        day = date.fromisoformat(details["date"]).strftime("%d/%m/%Y")
        parts.append(line.env._("Booked on %(day)s.", day=day))
    return " ".join(parts)
