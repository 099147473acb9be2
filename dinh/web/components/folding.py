"""Templates whose constant parts are drawn once: words to translate, plain addresses, static files.

A page of the desk holds some hundred and fifty pieces that come out the same for everybody who reads one
language. Django draws each of them anew at every request. This loader joins neighbours of that kind into
one piece when a template is compiled, and keeps its markup by language.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.template import Context
from django.template.base import Node, NodeList, Template, TextNode, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


class Kept(Node):
    """Neighbours that depend on the language alone, drawn once for each."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.token = nodes[0].token
        self.origin = nodes[0].origin
        self._drawn: dict[tuple[str | None, bool], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the markup in the active language."""
        key = (get_language(), context.autoescape)
        found = self._drawn.get(key)
        if found is None:
            found = mark_safe("".join(str(node.render(context)) for node in self.nodes))  # noqa: S308
            self._drawn[key] = found
        return found

    render_annotated = render


class Loader(cached.Loader):
    """Compiles a template once in a process and joins its constant parts."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """Return the compiled template. Raises TemplateDoesNotExist."""
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template: Template = super().get_template(template_name, skip)
        if not known:
            fold(template.nodelist)
        return template


def fold(nodes: NodeList) -> None:
    """Join the constant neighbours in a list of nodes and in the lists below, in place."""
    for node in nodes:
        for below in _lists(node):
            fold(below)
    nodes[:] = [one for constant, run in groupby(nodes, is_constant) for one in _joined(constant, list(run))]


def is_constant(node: Node) -> bool:
    """Say whether a node comes out the same for everybody who reads one language."""
    if isinstance(node, TextNode | LoadNode | CommentNode | Kept):
        return True
    if isinstance(node, TranslateNode):
        words = node.filter_expression
        plain = not (node.asvar or node.message_context or words.filters)
        return plain and isinstance(words.var, Variable) and words.var.literal is not None
    if isinstance(node, URLNode):
        return not (node.args or node.kwargs or node.asvar or node.view_name.filters) and _is_text(
            node.view_name.var
        )
    if isinstance(node, StaticNode):
        return not (node.varname or node.path.filters) and _is_text(node.path.var)
    return False


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Variable) and value.literal is not None)


def _joined(constant: bool, run: list[Node]) -> list[Node]:
    return [Kept(run)] if constant and len(run) > 1 else run


def _lists(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # its `nodelist` is a copy of these, made at every look
        yield from (below for _condition, below in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        below = getattr(node, name, None)
        if isinstance(below, NodeList):
            yield below
