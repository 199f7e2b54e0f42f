"""The applications: the API with its login and controls, and a login host; an error in the service's shape for all
that they do not serve."""

import uuid
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.simulator import control, login
from reviewer.simulator.endpoints import ENDPOINTS
from reviewer.simulator.errors import ApiError, not_found, usual
from reviewer.simulator.gate import Gate, headers_of
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import dump


def build_app(organization: Organization) -> Starlette:
    """The organisation as an ASGI application, in-process or served: the API, the login, the controls."""
    routes = [
        Route(endpoint.path, Gate(organization, endpoint).answer, methods=[endpoint.method]) for endpoint in ENDPOINTS
    ]
    return application(organization, [login_route(organization), *routes, *control.routes(organization)])


def build_login(organization: Organization) -> Starlette:
    """The organisation's login host, which serves nothing else."""
    return application(organization, [login_route(organization)])


def login_route(organization: Organization) -> Route:
    return Route(login.PATH, login.Login(organization).answer, methods=["POST"])


def application(organization: Organization, routes: Sequence[Route]) -> Starlette:
    async def unserved(request: Request, exception: Exception) -> Response:
        return error_answer(organization, not_found(f"{request.method} {request.url.path}"))

    async def broken(request: Request, exception: Exception) -> Response:
        return error_answer(organization, usual(500))

    app = Starlette(routes=routes, exception_handlers={404: unserved, 405: unserved, Exception: broken})
    # The service has no path that ends with a slash, and redirects nobody.
    app.router.redirect_slashes = False
    return app


def error_answer(organization: Organization, error: ApiError) -> Response:
    correlation = str(uuid.uuid4())
    content = dump(organization.error_body(error, correlation))
    return Response(content, error.status, headers_of(organization, None, correlation), media_type="application/json")
