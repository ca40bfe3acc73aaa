"""The ground every stage stands on: the types that travel, errors, voices, the pool, plug-ins."""
