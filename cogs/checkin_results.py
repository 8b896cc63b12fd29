"""stub"""

from cogs.ui.visit import Visit


async def show_results(visit: Visit, which: int) -> None:
    """Stub until the other branch is merged."""
