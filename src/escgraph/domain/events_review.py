"""What happens to reviews, in the past tense; these events belong to no ticket."""
