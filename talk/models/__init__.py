from talk.models.comment import Comment

__all__ = ["Comment"]
