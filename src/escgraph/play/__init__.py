"""A real incident log, played through the real commands and the real engine."""
