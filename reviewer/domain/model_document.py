"""A model as a JSON document, by the names of kinds, attributes and levels, so that it can be read by eye and kept."""

from collections.abc import Mapping

from reviewer.domain.levels import LEVELS, ORDER, Attribute
from reviewer.domain.model import SILENT, Component, Learned, Model
from reviewer.domain.prior_model import prior_model
from reviewer.domain.wire import JsonObject


def document_of(model: Model) -> JsonObject:
    """The model without its version; levels that say nothing are left out, and changes that are none."""
    document: JsonObject = {
        "components": [
            {
                "name": component.name,
                "class": component.pair_class.value,
                "share": component.share,
                "chances": {
                    attribute.value: {
                        level.name: component.chances[place][level.code]
                        for level in LEVELS[attribute]
                        if (attribute, level.code) not in SILENT
                    }
                    for place, attribute in enumerate(ORDER)
                },
            }
            for component in model.components
        ]
    }
    if model.learned:
        document["learned"] = {"through": model.learned.through, "changes": _changes(model, model.learned)}
    return document


def _changes(model: Model, learned: Learned) -> JsonObject:
    found: JsonObject = {}
    for component, of_kind in zip(model.components, learned.changes, strict=True):
        for attribute, row in zip(ORDER, of_kind, strict=True):
            told = {level.name: row[level.code] for level in LEVELS[attribute] if row[level.code]}
            if told:
                found.setdefault(component.name, {})[attribute.value] = told
    return found


def model_of(document: JsonObject, version: str) -> Model:
    """The model of a document. What it does not tell (an older program knew fewer levels) is as the prior has it.

    Raises ``ValueError`` if its kinds are not those that this program knows.
    """
    prior = prior_model()
    try:
        told = {str(one["name"]): one for one in document["components"]}
        if list(told) != [one.name for one in prior.components]:
            raise ValueError("the model's kinds of pairs are others than this program's")
        components = tuple(_component(one, told[one.name]) for one in prior.components)
        return Model(version, components, _learned(prior, document.get("learned")))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a model: {error}") from error


def _component(prior: Component, told: JsonObject) -> Component:
    chances = tuple(
        _row(attribute, prior.chances[place], told["chances"].get(attribute.value, {}))
        for place, attribute in enumerate(ORDER)
    )
    return Component(prior.name, prior.pair_class, float(told["share"]), chances)


def _row(attribute: Attribute, prior: tuple[float, ...], told: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(float(told.get(level.name, prior[level.code])) for level in LEVELS[attribute])


def _learned(prior: Model, told: JsonObject | None) -> Learned | None:
    if told is None:
        return None
    none = (0.0,) * max(len(LEVELS[attribute]) for attribute in ORDER)
    changes = tuple(
        tuple(_row(attribute, none, told["changes"].get(one.name, {}).get(attribute.value, {})) for attribute in ORDER)
        for one in prior.components
    )
    return Learned(int(told["through"]), changes)
