"""A model as a JSON document, by the names of kinds, attributes and levels, so that it can be read by eye and kept."""

from collections.abc import Mapping

from reviewer.domain.levels import LEVELS, ORDER, Attribute
from reviewer.domain.model import SILENT, Component, Model
from reviewer.domain.prior_model import prior_model
from reviewer.domain.wire import JsonObject


def document_of(model: Model) -> JsonObject:
    """The model without its version; levels that say nothing are left out."""
    return {
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


def model_of(document: JsonObject, version: str) -> Model:
    """The model of a document. What it does not tell (an older program knew fewer levels) is as the prior has it.

    Raises ``ValueError`` if its kinds are not those that this program knows.
    """
    prior = prior_model()
    try:
        told = {str(one["name"]): one for one in document["components"]}
        if list(told) != [one.name for one in prior.components]:
            raise ValueError("the model's kinds of pairs are others than this program's")
        return Model(version, tuple(_component(one, told[one.name]) for one in prior.components))
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
