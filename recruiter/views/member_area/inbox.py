"""What recruiters wrote to a member, the answer, and the question for contact details."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from recruiter import consents, contact_sharing, enclosures, inbox, inmail
from recruiter.inmail_forms import AnswerForm
from recruiter.member_forms import ContactForm
from recruiter.models import ContactShare, Conversation, Enclosure, InMailBlock
from recruiter.views.inmail import download
from recruiter.views.member_area.door import MemberRequest, member_required


@require_safe
@member_required
def start(request: MemberRequest) -> HttpResponse:
    return redirect("member:messages")


@require_safe
@member_required
def message_list(request: MemberRequest) -> HttpResponse:
    page = inbox.of_member(request.member, page=request.GET.get("page", ""))
    return render(request, "member/messages.html", {"page": page, "member": request.member})


def thread_for(request: MemberRequest, pk: int) -> Conversation:
    """The door to a thread: the member's own, or 404."""
    own = request.member.conversations.select_related("seat__user", "seat__contract__company")
    return get_object_or_404(own, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def conversation(request: MemberRequest, pk: int) -> HttpResponse:
    """One thread, and the answer to it."""
    thread = thread_for(request, pk)
    form = AnswerForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        return _answer(request, thread, form)
    inmail.read(request.member, thread)
    company = thread.seat.contract.company
    context = {
        "thread": thread,
        "company": company,
        "letters": thread.messages.prefetch_related("enclosures"),
        "form": form,
        "share": ContactShare.objects.standing()
        .filter(member=request.member, company=company)
        .first(),
        "blocked": InMailBlock.objects.filter(member=request.member, company=company).exists(),
    }
    return render(request, "member/conversation.html", context)


def _answer(request: MemberRequest, thread: Conversation, form: AnswerForm) -> HttpResponse:
    words = form.cleaned_data
    with transaction.atomic():
        kept = enclosures.keep(words["files"], sender=request.member)
        inmail.reply(
            request.member, thread, words["body"], interested=words["interested"], enclosures=kept
        )
    messages.success(request, f"{thread.seat.user.full_name} has your answer.")
    if contact_sharing.question_due(thread):
        return redirect("member:contact_question", pk=thread.pk)
    return redirect("member:conversation", pk=thread.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def contact_question(request: MemberRequest, pk: int) -> HttpResponse:
    """“Share your contact info?”: once after the first answer, and whenever the member likes."""
    thread = thread_for(request, pk)
    company = thread.seat.contract.company
    if request.POST.get("share") == "no":
        contact_sharing.keep(request.member, thread)
        messages.success(request, f"{company} does not get your contact details.")
        return redirect("member:conversation", pk=pk)
    form = ContactForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        contact_sharing.share(request.member, thread, **form.cleaned_data)
        messages.success(request, f"{company} can see your contact details now.")
        return redirect("member:conversation", pk=pk)
    context = {"thread": thread, "company": company, "member": request.member, "form": form}
    context["consent"] = consents.current(consents.Kind.CONTACT_SHARE)
    return render(request, "member/contact_question.html", context)


@require_safe
@member_required
def enclosure(request: MemberRequest, pk: int, file_pk: int) -> FileResponse:
    """A file of one of the member's threads, as a download."""
    thread = thread_for(request, pk)
    files = Enclosure.objects.filter(messages__conversation=thread).distinct()
    return download(get_object_or_404(files, pk=file_pk))
