"""What search reads: one entry an asset, and the words that occur, for typing errors."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalog.models.assets import Asset


class SearchEntry(models.Model):
    """Weights: A the name and its parts, B columns, tags and owners, C the path, D the description."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="search_entry", primary_key=True)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words")]

    def __str__(self) -> str:
        return f"search entry of {self.asset_id}"


class SearchWord(models.Model):
    """A word of some name. Only ever used to widen a query that is then filtered by what its asker may see."""

    word = models.CharField(max_length=100, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
