"""What governance keeps: the papers of its desk."""

from governance.models.desk import Grant, LevelReview, Mode, ReviewItem, Vote, WaiverRequest

__all__ = ["Grant", "LevelReview", "Mode", "ReviewItem", "Vote", "WaiverRequest"]
