"""Tags and filters that all pages share."""
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from laborbridge.web import icons, words

register = template.Library()

for _name in ("day", "days", "clock", "when", "lasting", "count", "points", "people", "percent", "phone"):
    register.filter(_name, getattr(words, _name))


class IconNode(template.Node):
    def __init__(self, svg: str) -> None:
        self.svg = mark_safe(svg)

    def render(self, context: template.Context) -> SafeString:
        return self.svg


@register.tag
def icon(parser: template.base.Parser, token: template.base.Token) -> IconNode:
    """{% icon "train" %}: a name without a file is found when the template loads, not when the page is opened."""
    try:
        _tag, name = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("icon takes one name in quotes") from error
    try:
        return IconNode(icons.drawing(name.strip("\"'")))
    except FileNotFoundError as error:
        raise template.TemplateSyntaxError(str(error)) from error


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """This page's address with some parameters changed; an empty value takes one out."""
    request: HttpRequest = context["request"]
    kept = {name: value for name, value in request.GET.items() if name not in changes}
    kept |= {name: str(value) for name, value in changes.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else request.path
