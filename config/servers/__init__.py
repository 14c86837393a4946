"""How one embedded server is unpacked, started, found running, and stopped.

Callers hold the gate of `config.embedded`. As root the servers run as another
user, because PostgreSQL refuses root: the owner of the data, or `nobody`.
"""

from config.servers.place import Place, trouble
from config.servers.postgres import Postgres
from config.servers.valkey import Valkey

__all__ = ["Place", "Postgres", "Valkey", "trouble"]
