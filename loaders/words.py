"""Validation errors in our words, and what of a faulty record can still be checked."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from loaders.problem import Place, Said, shown, wanted
from schema import Item
from schema.fields import LARGEST

# What a pattern of schema/fields.py asks for, in words.
_PATTERNS = {
    "^([^=+": "wanted text that begins otherwise: spreadsheets run =, +, - and @ as a formula",
    "^[a-z0-9]+(-": "wanted lower-case letters and digits, words joined by single hyphens",
    "^https?": "wanted an address that begins with https:// and has no spaces",
    "^([A-Z]{2}|": "wanted an ISO 3166-1 alpha-2 code in capitals, such as CH",
    "^[A-Z]{3}$": "wanted a code of three capitals",
    "^[A-Z]{2}$": "wanted a code of two capitals",
    "^[a-z]{2,3}": "wanted a language tag such as fr or zh-Hans",
    "^([01][0-9]|": "wanted a time in UTC such as 20:45Z",
}


def in_our_words(error: ValidationError, cls: type[Item]) -> Iterator[Said]:
    """Every fault that validation found, as what, got and wanted."""
    for fault in error.errors(include_url=False):
        place, kind, got = fault["loc"], fault["type"], fault["input"]
        context = fault.get("ctx", {})
        if kind == "extra_forbidden":
            known = _fields_at(cls, place[:-1])
            want = wanted(str(place[-1]), known, "a field of docs/data-dictionary.md")
            yield Said(place, f"no field '{place[-1]}' here", "", want, at_key=True)
        elif kind == "missing":
            yield Said(place, f"'{place[-1]}' is missing", "", _wanted_at(cls, place))
        elif kind == "string_pattern_mismatch":
            pattern = str(context.get("pattern", ""))
            want = next(
                (text for start, text in _PATTERNS.items() if pattern.startswith(start)), ""
            )
            yield Said(place, "not of the right form", shown(got), want)
        elif kind in ("string_too_short", "too_short"):
            yield Said(place, "empty", "", _wanted_at(cls, place))
        elif kind == "string_too_long":
            yield Said(
                place, "too long", shown(got), f"wanted at most {context['max_length']} characters"
            )
        elif kind == "literal_error":
            words = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            yield Said(
                place, "not a word we know here", shown(got), wanted(str(got), words, "one of")
            )
        elif kind in ("int_parsing_size", "less_than_equal"):
            yield Said(place, "too large a number", shown(got), f"wanted at most {LARGEST}")
        elif kind in ("int_parsing", "int_from_float", "greater_than_equal", "int_type"):
            yield Said(place, "not a whole number of that kind", shown(got), "wanted digits only")
        elif kind in ("float_parsing", "float_type", "finite_number"):
            yield Said(place, "not a number", shown(got), "wanted digits, with a point if need be")
        elif kind in (
            "string_type",
            "list_type",
            "model_type",
            "model_attributes_type",
            "dict_type",
        ):
            form = {"string_type": "text", "list_type": "a list of items that begin with `- `"}
            yield Said(
                place,
                "of the wrong form",
                shown(got),
                f"wanted {form.get(kind, '`field: value` lines')}",
            )
        else:
            what, _, want = fault["msg"].partition("; ")
            yield Said(place, what, shown(got), want)


def _fields_at(cls: type[Item], place: Place) -> dict[Any, Any]:
    """The fields of the class that reads the mapping at `place`."""
    current: Any = cls
    for step in place:
        if isinstance(step, str):
            info = current.model_fields.get(step)
            if info is None:
                return {}
            current = _item_class(info.annotation) or current
    return dict(current.model_fields)


def _wanted_at(cls: type[Item], place: Place) -> str:
    """What a field is for, where it must be there; else how to do without it."""
    info = _fields_at(cls, place[:-1]).get(place[-1])
    if info is not None and info.is_required():
        return f"wanted: {info.description}"
    return "leave the field out, or write unknown, no-written-rule or not-applicable"


def _item_class(annotation: Any) -> type[Item] | None:
    if isinstance(annotation, type) and issubclass(annotation, Item):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _item_class(part)
        if found:
            return found
    return None


def salvaged(cls: type[Item], value: dict[str, Any]) -> Item:
    """The record without its faulty parts: faulty items of lists are None, so places stay true."""
    sound: dict[str, Any] = {}
    for name, info in cls.model_fields.items():
        given, item_class = value.get(name), _item_class(info.annotation)
        if item_class and str(info.annotation).startswith("list"):
            items = given if isinstance(given, list) else ()
            sound[name] = [_or_none(item_class, item) for item in items]
        elif item_class and isinstance(given, dict):
            sound[name] = _or_none(item_class, given)
        elif name in value:
            adapted = _or_none(cls, {name: given}, name)
            sound[name] = (
                adapted if adapted is not None else info.get_default(call_default_factory=True)
            )
        if sound.get(name) is PydanticUndefined:
            sound[name] = None
    defaults: dict[str, Any] = {
        name: [] if info.default_factory or str(info.annotation).startswith("list") else None
        for name, info in cls.model_fields.items()
    }
    return cls.model_construct(set(sound), **(defaults | sound))


def _or_none(cls: type[Item], value: Any, only: str | None = None) -> Any:
    """The value as the class (or one field of it) reads it, None where it is faulty."""
    try:
        if only:
            return getattr(
                cls.__pydantic_validator__.validate_assignment(
                    cls.model_construct(), only, value[only]
                ),
                only,
            )
        return cls.__pydantic_validator__.validate_python(value)
    except ValidationError:
        return None
