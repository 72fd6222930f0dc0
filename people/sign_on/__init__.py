"""Sign-in by an identity provider: django-allauth's OpenID Connect, and the checks that it leaves out."""
