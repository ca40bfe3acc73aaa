"""Many releases: a folder of them as a podcast, its feed, its server, its library page."""
