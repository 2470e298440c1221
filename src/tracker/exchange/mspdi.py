"""Microsoft Project XML (MSPDI) in and out, where whole days say all there is to say."""

from tracker.exchange.mspdi_in import read_mspdi
from tracker.exchange.mspdi_out import left_out, write_mspdi

__all__ = ["left_out", "read_mspdi", "write_mspdi"]
