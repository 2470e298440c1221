"""Doors on a timer: Prefect flows that claim a period and call one service."""
