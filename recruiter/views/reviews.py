"""Reviews: ask for them in a dialog, give them on a page, see what was said."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import people, reviews
from recruiter.models import EDITORS, Member, Project, Review, ReviewRequest
from recruiter.people_forms import ShareForm
from recruiter.views.people import inside, way_back
from rsc.pages import leave_dialog, render_dialog
from rsc.seats import SeatRequest, seat_required

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def share(request: SeatRequest) -> HttpResponse:
    """Ask hiring managers what they think of people."""
    members = people.chosen(request, request.seat)
    form = ShareForm(request.POST or None, seat=request.seat)
    if members and form.is_valid():
        project = Project.objects.visible_to(request.seat).filter(pk=inside(request)).first()
        for reviewer in form.whom:
            reviews.ask(
                request.seat, members, project=project, message=form.cleaned_data["message"],
                **reviewer,
            )  # fmt: skip
        messages.success(request, "Shared for review. Answers stand on the Feedback tab.")
        return leave_dialog(request, way_back(request, members))
    context = {
        "members": members,
        "form": form,
        "inside": inside(request),
        "next": way_back(request, members),
    }
    return render_dialog(request, "recruiter/people/share.html", "Share for review", context)


@require_safe
@seat_required()
def review_list(request: SeatRequest) -> HttpResponse:
    """What the seat is asked, and what it asked others."""
    mine = ReviewRequest.objects.filter(Q(reviewer=request.seat) | Q(asked_by=request.seat))
    counted = mine.visible_to(request.seat).annotate(
        total=Count("reviews"), answered=Count("reviews", filter=~Q(reviews__given_at=None))
    )
    related = counted.select_related("asked_by__user", "reviewer__user", "project")
    page = Paginator(related.order_by("-asked_at", "-pk"), PER_PAGE)
    return render(
        request, "recruiter/reviews.html", {"page": page.get_page(request.GET.get("page"))}
    )


@require_safe
@seat_required()
def review_page(request: SeatRequest, pk: int) -> HttpResponse:
    """The people of one request; the reviewer answers, the others read."""
    seen = Member.objects.visible_to(request.seat).prefetch_related("positions", "education")
    shown = Review.objects.filter(member__in=seen.values("pk")).order_by("pk")
    requests = ReviewRequest.objects.visible_to(request.seat).select_related(
        "asked_by__user", "reviewer__user", "project"
    )
    asked = get_object_or_404(
        requests.prefetch_related(
            Prefetch("reviews", shown.prefetch_related(Prefetch("member", seen)))
        ),
        pk=pk,
    )
    context = {
        "asked": asked,
        "answers": asked.reviewer_id == request.seat.pk,
        "verdicts": Review.Verdict.choices,
    }
    return render(request, "recruiter/review.html", context)


@require_POST
@seat_required()
def give(request: SeatRequest, pk: int) -> HttpResponse:
    """Take in an answer about one member."""
    seen = Review.objects.visible_to(request.seat).select_related("member")
    review = get_object_or_404(
        seen.filter(member__in=Member.objects.visible_to(request.seat).values("pk")), pk=pk
    )
    try:
        reviews.give(
            request.seat,
            review,
            verdict=request.POST.get("verdict", ""),
            text=request.POST.get("text", "")[:4000],
        )
        messages.success(request, f"Thank you. Your answer about {review.member} is saved.")
    except reviews.ReviewRefused as refusal:
        messages.error(request, str(refusal))
    page = reverse("recruiter:review", args=[review.request_id])
    return redirect(f"{page}#review-{review.pk}")


@require_safe
@seat_required()
def open_link(request: SeatRequest, token: str) -> HttpResponse:
    """The link of an e-mail: leads to the page, for the person to whom it was sent."""
    try:
        asked = reviews.open_link(request.seat, token)
    except reviews.LinkRefused as refusal:
        context = {"reason": str(refusal)}
        return render(request, "recruiter/review_refused.html", context, status=403)
    return redirect("recruiter:review", pk=asked.pk)
