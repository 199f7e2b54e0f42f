"""The application: the API's endpoints, the login, the controls, and an error in the service's shape for all else."""

import uuid

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.simulator import control
from reviewer.simulator.endpoints import ENDPOINTS
from reviewer.simulator.errors import ApiError, not_found
from reviewer.simulator.gate import Gate, headers_of
from reviewer.simulator.login import Login
from reviewer.simulator.organization import Organization


def build_app(organization: Organization) -> Starlette:
    """The organisation as an ASGI application, in-process or served."""
    routes = [Route("/oauth/token", Login(organization).answer, methods=["POST"])]
    routes += [
        Route(endpoint.path, Gate(organization, endpoint).answer, methods=[endpoint.method]) for endpoint in ENDPOINTS
    ]
    routes += control.routes(organization)

    async def unserved(request: Request, exception: Exception) -> Response:
        return error_answer(organization, not_found(f"{request.method} {request.url.path}"))

    async def broken(request: Request, exception: Exception) -> Response:
        return error_answer(organization, ApiError(500, "internal.server.error", "The server failed unexpectedly"))

    return Starlette(routes=routes, exception_handlers={404: unserved, 405: unserved, Exception: broken})


def error_answer(organization: Organization, error: ApiError) -> Response:
    correlation = str(uuid.uuid4())
    return JSONResponse(error.body(correlation), error.status, headers_of(organization, None, correlation))
