"""Microsoft Project XML (MSPDI) in and out, where whole days say all there is to say."""

from tracker.exchange.mspdi.reader import MOST_BYTES, read_mspdi
from tracker.exchange.mspdi.writer import left_out, write_mspdi

__all__ = ["MOST_BYTES", "left_out", "read_mspdi", "write_mspdi"]
