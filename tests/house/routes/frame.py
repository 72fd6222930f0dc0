"""The frame, people, and what libraries bring."""

from tests.house.routes import absent, act_any, everybody, foreign, public

ROWS = {
    "web:health-show": public(),
    "web:readiness-show": public(),
    "web:measures-show": public(),
    "web:theme-switch": public(),
    "web:language-switch": public(),
    "account_*": foreign(),
    "mfa_*": foreign(),
    "socialaccount_*": foreign(),
    "openid_connect_*": foreign(),
    "api-schema": everybody(),
    "api-docs": everybody(),
    "people:me-show": everybody(),
    "people:notice-read": act_any(),
    "people:token-create": act_any(),
    "people:token-revoke": absent(),
    "v1:person-list": everybody(),
    "v1:person-detail": everybody(),
    "v1:team-list": everybody(),
    "v1:team-detail": absent(),
    "v1:notice-list": everybody(),
    "v1:notice-read": act_any(),
    "v1:token-list": everybody(),
    "v1:token-revoke": absent(),
}
