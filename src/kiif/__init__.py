"""The open-source platform of those who help social innovations take root in territories."""

__version__ = "0.1.0"
