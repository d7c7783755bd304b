"""What one does with decisions. `prepare` is what the rooms above call."""

from kiif.decisions.actions.preparing import drop, prepare

__all__ = ["drop", "prepare"]
