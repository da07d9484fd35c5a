from django.urls import path

from apps.onboarding import views

urlpatterns = [path("api/organizations", views.OrganizationsView.as_view())]
