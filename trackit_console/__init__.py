"""Email configuration console and email monitor of a Track-It! style help desk."""

__version__ = "0.1.0"
