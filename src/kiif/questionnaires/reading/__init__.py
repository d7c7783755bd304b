"""Reading what was gathered: a table with chosen columns, filters on any question, summaries, exports."""
