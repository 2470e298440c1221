"""Settings that keep Prefect silent; they must stand before prefect is imported.

Prefect reports usage by default, and its newer interface calls a third party from the browser.
`pyproject.toml` holds the same settings for whoever starts Prefect in the checkout.
"""

import os

from tracker import settings

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_HOME": str(settings.from_environment().data / "prefect"),
}
for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)
