"""How a process ends that has lost one of its loops."""


class LoopEndedError(Exception):
    """A loop that runs for ever has ended, and the process with it: half of one is worse."""
