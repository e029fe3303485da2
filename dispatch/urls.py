"""Addresses of the pages of campaigns, runs, plans, trips and people."""
from django.urls import path

from .views import campaigns, employers, homes, people, plans, rosters, runs, trips

urlpatterns = [
    path("", campaigns.home, name="home"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign_page, name="campaign"),
    path("campaigns/<int:campaign_id>/runs/", runs.runs, name="runs"),
    path("campaigns/<int:campaign_id>/trips/", trips.trip_list, name="trips"),
    path("campaigns/<int:campaign_id>/people/", people.people_list, name="people"),
    path("campaigns/<int:campaign_id>/employers/", employers.to_verify, name="employers-to-verify"),
    path("campaigns/<int:campaign_id>/employers/<int:employer_id>/verify/", employers.verify, name="employer-verify"),
    path("campaigns/<int:campaign_id>/area/", homes.area, name="area"),
    path("campaigns/<int:campaign_id>/village/", homes.village, name="village"),
    path("campaigns/<int:campaign_id>/employer/", homes.employer, name="employer"),
    path("campaigns/<int:campaign_id>/escort/", homes.escort, name="escort"),
    path("campaigns/<int:campaign_id>/partner/", homes.partner, name="partner"),
    path("runs/<int:run_id>/", runs.run_page, name="run"),
    path("runs/<int:run_id>/progress/", runs.progress, name="run-progress"),
    path("runs/<int:run_id>/cancel/", runs.cancel, name="run-cancel"),
    path("plans/<int:plan_id>/", plans.plan_page, name="plan"),
    path("plans/<int:plan_id>/breakdown/", plans.breakdown, name="plan-breakdown"),
    path("plans/<int:plan_id>/difference/", plans.difference, name="plan-difference"),
    path("plans/<int:plan_id>/publish/", plans.publish, name="plan-publish"),
    path("plans/<int:plan_id>/summary/", rosters.plan_summary, name="plan-summary"),
    path("plans/<int:plan_id>/rosters/", rosters.bundle, name="plan-rosters"),
    path("plans/<int:plan_id>/rosters/zip/", rosters.bundle_file, name="plan-rosters-zip"),
    path("campaigns/<int:campaign_id>/village/roster/", rosters.village_roster, name="village-roster"),
    path("campaigns/<int:campaign_id>/employer/roster/", rosters.employer_roster, name="employer-roster"),
    path("trips/<int:trip_id>/", trips.trip_page, name="trip"),
    path("trips/<int:trip_id>/roster/", rosters.trip_roster, name="trip-roster"),
    path("people/<int:registration_id>/", people.person_page, name="person"),
]
