"""One file per channel, each a single `send(letter, target)`; nothing here knows the database."""
