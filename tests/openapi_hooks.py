"""What tests/openapi does to requests before they are sent."""

import os
import uuid

import schemathesis


@schemathesis.auth()
class Key:
    """The key of a program. A request that is to go without one goes without one."""

    def get(self, case, context):
        return os.environ["CLERKWORK_KEY"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key belongs to one request, and another with the same key is refused: the tester's examples
    share one. A key that can be one is made new; one that cannot is sent as it is. And the tester,
    which learns names from answers, does not end its own key: it would be shut out of the rest."""
    if (case.path_parameters or {}).get("key") == "schema-tester":
        case.path_parameters["key"] = "crm-bridge"
    for name, value in (case.headers or {}).items():
        if name.lower() == "idempotency-key" and isinstance(value, str) and 0 < len(value) <= 255:
            case.headers[name] = str(uuid.uuid4())
            return
