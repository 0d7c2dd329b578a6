"""The read API: every room's endpoints under one address."""

urlpatterns: list[object] = []
