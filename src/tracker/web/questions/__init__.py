"""Pages of the questions worth asking, each answered for many projects at once."""
