"""The commune's own pages for its visitors: places, stories, local products, with their pictures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7
from dinh.papers.models import Blob


class CommonsPage(models.Model):
    """One small page. Texts are maps of languages, `vi` first; another language is written by people or missing."""

    class Kind(models.TextChoices):
        PLACE = "place", pgettext_lazy("commons", "place")
        STORY = "story", pgettext_lazy("commons", "story")
        PRODUCT = "product", pgettext_lazy("commons", "local product")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("commons", "draft")
        PUBLISHED = "published", pgettext_lazy("commons", "published")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="commons")  # commune
    kind = models.CharField(max_length=7, choices=Kind.choices)
    slug = models.SlugField(
        max_length=80, unique=True
    )  # from the Vietnamese title; never changes: it is printed
    title = models.JSONField()  # {"vi": ..., "fr"?: ..., "en"?: ...}, 120 characters
    summary = models.JSONField()  # 300 characters
    text = models.JSONField(default=dict)  # paragraphs, 6,000 characters
    place = models.CharField(max_length=160, blank=True)  # address, as one tells it
    phone = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    stars = models.PositiveSmallIntegerField(null=True)  # OCOP, 3 to 5; products only
    decision = models.CharField(max_length=80, blank=True)  # that gave the stars
    seller = models.CharField(max_length=120, blank=True)
    price = models.CharField(max_length=80, blank=True)  # as the seller says it: "120.000 đ / kg"
    shop_url = models.URLField(max_length=300, blank=True)  # https, where it is sold
    bank_bin = models.CharField(max_length=6, blank=True)  # of the seller's account, for the payment QR
    bank_account = models.CharField(max_length=19, blank=True)
    bank_holder = models.CharField(max_length=60, blank=True)
    agreed_on = models.DateField(null=True)  # the seller agreed that name, telephone and account are shown
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="commons_made")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    words = models.TextField(blank=True)  # all titles and summaries folded, for the search
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "kind", "position"], name="commons_shown")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars__isnull=True) | models.Q(stars__gte=3, stars__lte=5),
                name="commons_stars_of_ocop",
            )
        ]

    def __str__(self) -> str:
        return self.slug


class CommonsPicture(models.Model):
    """One picture of a page, without the data that cameras write into files."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    page = models.ForeignKey(CommonsPage, on_delete=models.CASCADE, related_name="pictures")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="commons_pictures")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    says = models.JSONField()  # what one sees, by language; read aloud and shown below
    credit = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)
