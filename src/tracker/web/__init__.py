"""The pages: made on the server, readable without scripts, nothing loaded from elsewhere."""

from tracker.web.app import create_app

__all__ = ["create_app"]
