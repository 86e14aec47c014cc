"""How the schema says of a text that not everybody sees it."""

COLLEAGUES = "Empty for stakeholders and wallboards, who do not see it."
NO_WALL = "Empty for wallboards, who do not see it."
