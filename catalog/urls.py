"""Addresses below /catalog/."""

from django.urls import path

from catalog.views import adding, datasets, lineage, places, products

app_name = "catalog"
urlpatterns = [
    path("", places.show_catalog, name="catalog-show"),
    path("places/", places.show_places, name="catalog-places"),
    path("products/", products.list_products, name="product-list"),
    path("products/new/", products.new_product, name="product-new"),
    path("products/<str:key>/", products.show_product, name="product-show"),
    path("products/<str:key>/change/", products.change_product, name="product-change"),
    path("products/<str:key>/contain/", products.contain_dataset, name="product-contain"),
    path("products/<str:key>/release/", products.release_dataset, name="product-release"),
    path("products/<str:key>/appoint/", products.appoint_product, name="product-appoint"),
    path("products/<str:key>/<slug:move>/", products.move_product, name="product-move"),
    path("datasets/", datasets.list_datasets, name="dataset-list"),
    path("datasets/new/", adding.new_dataset, name="dataset-new"),
    path("datasets/<str:key>/", datasets.show_dataset, name="dataset-show"),
    path("datasets/<str:key>/describe/", datasets.describe_dataset, name="dataset-describe"),
    path("datasets/<str:key>/appoint/", datasets.appoint_dataset, name="dataset-appoint"),
    path("datasets/<str:key>/columns/add/", adding.add_columns, name="column-add"),
    path("datasets/<str:key>/columns/<int:number>/propose/", datasets.propose_level, name="column-propose"),
    path("datasets/<str:key>/columns/<int:number>/impact/", datasets.show_impact, name="column-impact"),
    path("datasets/<str:key>/lineage/add/", lineage.add_edge, name="edge-add"),
    path("datasets/<str:key>/lineage/<int:number>/remove/", lineage.remove_edge, name="edge-remove"),
    path("domains/", places.list_domains, name="domain-list"),
    path("domains/<slug:slug>/", places.show_domain, name="domain-show"),
    path("warehouses/", places.list_warehouses, name="warehouse-list"),
    path("warehouses/new/", adding.new_warehouse, name="warehouse-new"),
    path("warehouses/<str:key>/", places.show_warehouse, name="warehouse-show"),
]
