"""Who comes with a token, and whether tokens are good still."""

from escgraph.store.tokens import Bearer, Token, bearer, good

__all__ = ["Bearer", "Token", "bearer", "good"]
