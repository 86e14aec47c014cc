"""The package that a link of a message leads to, as the person of the link may see it now (C3)."""

from escgraph.notify.links import PACKAGE_PLACE, Links, PackageLink, UnknownLinkError
from escgraph.queries.package_files import FORMS, PackageFile, package_file
from escgraph.queries.zones import zone_of
from escgraph.store import people, policies

__all__ = ["PACKAGE_PLACE", "Links", "PackageFile", "linked_package"]


async def linked_package(link: PackageLink, *, form: str) -> PackageFile:
    """The file, with moments by the person's clock, or the organisation's.

    Raises:
        UnknownLinkError: there is no such form.
        ForbiddenError: the person has left.
        NotFoundError: there is no such escalation, or none whose ticket the person may see now.
    """
    if form not in FORMS:
        raise UnknownLinkError(f"a package ends in .{', .'.join(FORMS)}; open it as it was sent")
    viewer = await people.actor_now(link.person)
    zone = await zone_of(link.person, otherwise=(await policies.in_force()).zone)
    return await package_file(link.escalation, form=form, zone=zone, viewer=viewer)
