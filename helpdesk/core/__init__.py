"""The ground: database, clock, errors, storage; knows nothing of shops."""
