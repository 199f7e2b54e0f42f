"""The SDK with a token for a served organisation; every answer of its calls is checked field by field."""

import json
from collections.abc import Callable
from typing import Any

from reviewer.simulator.serving import Access
from tests.sdk.checking import problems


class Sdk:
    """The SDK's calls by their own names, on whichever of its APIs they are."""

    def __init__(self, module: Any, access: Access) -> None:
        """A token is asked for at once; ``module`` is the SDK."""
        self.module = module
        module.configuration.host = access.url
        self.client = module.ApiClient()
        self.client.get_client_credentials_token(access.client_id, access.client_secret)
        self._apis = [
            kind(self.client) for kind in (module.ExternalContactsApi, module.AnalyticsApi, module.OrganizationApi)
        ]

    def model(self, name: str, **fields: Any) -> Any:
        """A model of the SDK with its fields set, by the SDK's names."""
        made = getattr(self.module, name)()
        for field, value in fields.items():
            assert field in made.attribute_map, f"{name} has no {field}"
            setattr(made, field, value)
        return made

    def phone(self, display: str) -> Any:
        return self.model("PhoneNumber", display=display)

    def identifier(self, kind: str, value: str) -> Any:
        return self.model("ContactIdentifier", type=kind, value=value)

    def create(self, **fields: Any) -> Any:
        """A new contact."""
        return self.post_externalcontacts_contacts(self.model("ExternalContact", **fields))

    def people(self, count: int, **fields: Any) -> list[str]:
        """Ids of new contacts, alike but for their first names."""
        return [self.create(first_name=f"Person {number}", **fields).id for number in range(count)]

    def merge(self, ids: list[str], **override: Any) -> Any:
        value = self.model("ExternalContact", **override) if override else None
        return self.post_externalcontacts_contacts_merge(
            self.model("MergeContactsRequest", contact_ids=ids, value_override=value)
        )

    @property
    def raw(self) -> Any:
        """The last answer as JSON."""
        return json.loads(self.client.last_response.data)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = next(found for api in self._apis if (found := getattr(api, name, None)))

        def call(*arguments: Any, **named: Any) -> Any:
            answer = method(*arguments, **named)
            if hasattr(answer, "attribute_map"):
                assert not (found := list(problems(answer, self.raw, name))), "\n".join(found)
            return answer

        return call
