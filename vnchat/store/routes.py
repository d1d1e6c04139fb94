"""How a person chose to ask a model, remembered for the next time."""

from __future__ import annotations

import sqlalchemy as sa

from vnchat.store.database import reading, writing
from vnchat.store.tables import routes

_ALL = sa.select(routes).where(routes.c.owner == sa.bindparam("owner"))
_GET = sa.select(routes.c.route).where(
    routes.c.owner == sa.bindparam("owner"),
    routes.c.gateway == sa.bindparam("gateway"),
    routes.c.model == sa.bindparam("model"),
)


class Routes:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, gateway: str, model: str, *, owner: str) -> str:
        """The name of the route; "" if nothing was chosen."""
        with reading(self._engine) as connection:
            told = {"owner": owner, "gateway": gateway, "model": model[:200]}
            found = connection.execute(_GET, told).scalar()
        return found or ""

    def of(self, *, owner: str) -> dict[tuple[str, str], str]:
        """All of an owner: (gateway, model) → name of the route."""
        with reading(self._engine) as connection:
            rows = connection.execute(_ALL, {"owner": owner}).all()
        return {(row.gateway, row.model): row.route for row in rows}

    def put(self, gateway: str, model: str, route: str, *, owner: str) -> None:
        """Remember it; "" forgets."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.delete(routes).where(
                    routes.c.owner == owner,
                    routes.c.gateway == gateway,
                    routes.c.model == model[:200],
                )
            )
            if route:
                connection.execute(
                    sa.insert(routes).values(
                        owner=owner, gateway=gateway, model=model[:200], route=route
                    )
                )
