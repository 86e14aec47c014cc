"""What happens to policies, in the past tense; these events belong to no ticket."""
