"""Pages of the house itself: home, preferences, errors, what one must know about the site."""
