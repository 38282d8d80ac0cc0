"""The hallway: command line, settings, warehouse connection and publishing, identity, texts."""

__version__ = "0.1.0"
