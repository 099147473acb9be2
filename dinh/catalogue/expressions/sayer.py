"""An expression in words: Vietnamese, French or English, for leaders, reviewers and reference pages."""

from __future__ import annotations

from collections.abc import Mapping

from dinh.catalogue.expressions.nodes import (
    All,
    Any_,
    Calculate,
    Call,
    Choose,
    Compare,
    Constant,
    In,
    Name,
    Node,
    Not,
    Scalar,
    Today,
)  # fmt: skip
from dinh.catalogue.expressions.parser import parse

WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "and": " và ", "or": " hoặc ", "not": "không phải: {0}", "today": "hôm nay",
        "True": "có", "False": "không", "==": "{0} là {1}", "!=": "{0} không phải là {1}",
        "<": "{0} nhỏ hơn {1}", "<=": "{0} không quá {1}", ">": "{0} lớn hơn {1}", ">=": "{0} từ {1} trở lên",
        "in": "{0} là một trong: {1}", "+": "{0} cộng {1}", "-": "{0} trừ {1}", "*": "{0} nhân {1}",
        "age": "tuổi theo {0}", "days_between": "số ngày từ {0} đến {1}", "count": "số dòng của {0}",
        "present": "đã trả lời {0}", "absent": "chưa trả lời {0}", "min": "số nhỏ hơn trong {0} và {1}",
        "max": "số lớn hơn trong {0} và {1}", "if": "{1} nếu {0}, nếu không thì {2}", "quote": "«{0}»",
    },
    "fr": {
        "and": " et ", "or": " ou ", "not": "il est faux que : {0}", "today": "aujourd’hui",
        "True": "oui", "False": "non", "==": "{0} est {1}", "!=": "{0} n’est pas {1}",
        "<": "{0} est inférieur à {1}", "<=": "{0} ne dépasse pas {1}", ">": "{0} est supérieur à {1}",
        ">=": "{0} est d’au moins {1}", "in": "{0} figure parmi : {1}", "+": "{0} plus {1}",
        "-": "{0} moins {1}", "*": "{0} fois {1}", "age": "l’âge d’après {0}",
        "days_between": "le nombre de jours de {0} à {1}", "count": "le nombre de lignes de {0}",
        "present": "{0} a une réponse", "absent": "{0} n’a pas de réponse",
        "min": "le plus petit de {0} et {1}", "max": "le plus grand de {0} et {1}",
        "if": "{1} si {0}, sinon {2}", "quote": "« {0} »",
    },
    "en": {
        "and": " and ", "or": " or ", "not": "it is not so that: {0}", "today": "today",
        "True": "yes", "False": "no", "==": "{0} is {1}", "!=": "{0} is not {1}",
        "<": "{0} is less than {1}", "<=": "{0} is at most {1}", ">": "{0} is more than {1}",
        ">=": "{0} is at least {1}", "in": "{0} is one of: {1}", "+": "{0} plus {1}", "-": "{0} minus {1}",
        "*": "{0} times {1}", "age": "the age from {0}", "days_between": "the number of days from {0} to {1}",
        "count": "the number of rows of {0}", "present": "{0} is answered", "absent": "{0} is not answered",
        "min": "the smaller of {0} and {1}", "max": "the larger of {0} and {1}",
        "if": "{1} if {0}, otherwise {2}", "quote": "“{0}”",
    },
}  # fmt: skip
Choices = Mapping[str, Mapping[str, object]]


def say(
    node: Node | str,
    language: str,
    titles: Mapping[str, object] | None = None,
    choices: Choices | None = None,
) -> str:
    """Return the expression in words.

    language  "vi", "fr" or "en"
    titles    field id -> what people call the field (default: the id itself)
    choices   field id -> code -> what people call the choice (default: the code itself)
    """
    tree = parse(node) if isinstance(node, str) else node
    return _Sayer(WORDS.get(language[:2], WORDS["vi"]), language, titles or {}, choices or {}).say(tree)


class _Sayer:
    """The words of one language and the titles of one procedure."""

    def __init__(
        self, words: dict[str, str], language: str, titles: Mapping[str, object], choices: Choices
    ) -> None:
        self.words, self.language, self.titles, self.choices = words, language, titles, choices

    def say(self, node: Node) -> str:
        match node:
            case Constant(value):
                return self.constant(value)
            case Name(id):
                return self.words["quote"].format(self.title(self.titles.get(id, id)))
            case Today():
                return self.words["today"]
            case Not(Call("present", arguments)):
                return self.words["absent"].format(self.say(arguments[0]))
            case Not(item):
                return self.words["not"].format(self.inner(item))
            case All(items) | Any_(items):
                word = self.words["and" if isinstance(node, All) else "or"]
                return word.join(self.inner(item) for item in items)
            case Compare(op, left, right):
                return self.words[op].format(self.inner(left), self.beside(left, right))
            case Calculate(op, left, right):
                return self.words[op].format(self.inner(left), self.inner(right))
            case In(item, options):
                listed = ", ".join(self.choice(item, option) for option in options)
                return self.words["in"].format(self.inner(item), listed)
            case Call(function, arguments):
                return self.words[function].format(*map(self.inner, arguments))
            case Choose(condition, then, otherwise):
                parts = (self.inner(part) for part in (condition, then, otherwise))
                return self.words["if"].format(*parts)

    def inner(self, node: Node) -> str:
        """Return a part in words, in brackets when it has `and`, `or` or `if` of its own."""
        text = self.say(node)
        return f"({text})" if isinstance(node, All | Any_ | Choose) else text

    def beside(self, left: Node, right: Node) -> str:
        return self.choice(left, right.value) if isinstance(right, Constant) else self.inner(right)

    def choice(self, item: Node, value: Scalar) -> str:
        """Return a constant as the field beside it calls it."""
        known = self.choices.get(item.id, {}) if isinstance(item, Name) else {}
        return self.title(known[value]) if value in known and isinstance(value, str) else self.constant(value)

    def constant(self, value: Scalar) -> str:
        if isinstance(value, bool):
            return self.words[str(value)]
        return self.words["quote"].format(value) if isinstance(value, str) else str(value)

    def title(self, text: object) -> str:
        return text.of(self.language) if hasattr(text, "of") else str(text)
