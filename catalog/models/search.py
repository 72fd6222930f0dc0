"""What can be searched of each Thing; read only through catalog.search, under the policy of its Thing."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from guard.governed import Part
from guard.models import Thing


class SearchDocument(Part):
    """One document a Thing. Column names stand apart: they are matched only for readers who may see columns."""

    POLICY_PATHS = ("thing",)
    POLICY_GRADE = 2
    # Row level security lets nothing but leakproof operators use an index, and `@@` is none. Every search joins the
    # things themselves, and those stand behind the wall (THREAT_MODEL.md).
    BEHIND_WALL = False

    thing = models.OneToOneField(Thing, primary_key=True, on_delete=models.CASCADE, related_name="+")
    exact_names = ArrayField(models.TextField(), default=list, help_text="key, title and other names, in small letters")
    words = SearchVectorField(help_text="name A, tags B, text D")
    column_words = SearchVectorField(null=True)
    popularity = models.PositiveSmallIntegerField(default=0, help_text="bucket: log2 of the uses in 28 days")

    class Meta(Part.Meta):
        indexes = [
            GinIndex(fields=["words"], name="catalog_search_words", fastupdate=False),
            GinIndex(fields=["column_words"], name="catalog_search_columns", fastupdate=False),
            GinIndex(fields=["exact_names"], name="catalog_search_exact", fastupdate=False),
        ]

    def __str__(self) -> str:
        return str(self.thing_id)


class SearchWord(models.Model):
    """The vocabulary that misspelt words are mended by; never shown unless the mended search has a visible hit."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="catalog_word_trgm")]

    def __str__(self) -> str:
        return self.word
