"""What search reads: one entry an asset, and the words that occur, for typing errors."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalog.models.assets import Asset


class SearchEntry(models.Model):
    """Weights of ``words``: A the name and its parts, B columns, tags, owners and glossary terms, C the path, D the
    description. ``names`` are the name's parts alone: what is found by its name is found without reading the rest."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="search_entry", primary_key=True)
    words = SearchVectorField()
    names = SearchVectorField(db_default=models.Value("", output_field=SearchVectorField()))

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words"), GinIndex(fields=["names"], name="search_names")]

    def __str__(self) -> str:
        return f"search entry of {self.asset_id}"


class SearchWord(models.Model):
    """A word of some name. Only ever used to widen a query that is then filtered by what its asker may see."""

    word = models.CharField(max_length=100, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
