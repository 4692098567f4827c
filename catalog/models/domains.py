"""Domains: who answers for a part of the data, and who may see it at all."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.urls import reverse
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from portal.kernel.drawn import keys
from portal.kernel.rights import objects_with


class DomainQuerySet(models.QuerySet["Domain"]):
    def visible_to(self, user: Any) -> DomainQuerySet:
        """Open domains, and restricted ones in which the person or one of their teams is a member."""
        return self.filter(models.Q(restricted=False) | models.Q(pk__in=objects_with(user, "view_domain", self.model)))

    def seen_by(self, user: Any) -> RawSQL:
        """Their keys, for conditions on what is in them."""
        return RawSQL(*keys(Domain.objects.visible_to, user))  # noqa: S611 - as Django writes it

    def ids_seen_by(self, user: Any) -> list[int]:
        """The same, looked up at once."""
        with connection.cursor() as cursor:
            cursor.execute(*keys(Domain.objects.visible_to, user))
            return [pk for (pk,) in cursor.fetchall()]


class Domain(models.Model):
    """A restricted domain's assets do not exist for anybody but its members, administrators included: they would have
    to join first, which is on record."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)

    objects = DomainQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:domain", args=[self.slug])


class DomainUserRight(UserObjectPermissionBase):
    """Direct keys instead of guardian's generic ones: the rights of a domain go with it, and joins stay cheap."""

    content_object = models.ForeignKey(Domain, on_delete=models.CASCADE)


class DomainTeamRight(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Domain, on_delete=models.CASCADE)
