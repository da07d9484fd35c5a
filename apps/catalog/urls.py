from django.urls import path

from apps.catalog import views

urlpatterns = [path("v1/bases", views.ListBasesView.as_view())]
