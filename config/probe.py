"""Whether the web process on this machine is well: `python -m config.probe [PORT]`, exit 0 or 1.

It asks under a name the product answers to, which a plain request to localhost would not.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE_S = 4


def host() -> str:
    """Return the first of ALLOWED_HOSTS, as a browser would send it."""
    first = os.environ.get("ALLOWED_HOSTS", "").partition(",")[0].strip()
    return first.lstrip("*.") or "localhost"


def is_well(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        asked.request("GET", "/healthz", headers={"Host": host()})
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


if __name__ == "__main__":
    sys.exit(not is_well(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
