"""The thread, search and home."""

from tests.house.routes import everybody, of

ROWS = {
    "trace:thread-show": of("dataset"),
    "v1:trace": of("dataset"),
    "trace:home-show": everybody(),
    "trace:search-show": everybody("?q=orders"),
    "v1:search": everybody("?q=orders"),
    "v1:search-list": everybody("?q=orders"),
}
