"""Microsoft Project XML (MSPDI) in and out, where whole days say all there is to say."""

from tracker.exchange.mspdi.reader import read_mspdi
from tracker.exchange.mspdi.writer import left_out, write_mspdi

__all__ = ["left_out", "read_mspdi", "write_mspdi"]
