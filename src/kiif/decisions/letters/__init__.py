"""Letters: their texts, what is put in them, what is wrong with them, how they print."""
