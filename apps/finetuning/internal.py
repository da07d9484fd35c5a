"""The runners' API: claim, report, upload. Never reachable from outside; the bodies are kernel.contracts."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.links import key_of_link, received
from apps.core.objects import store
from apps.core.runner_api import RunnerView, contract_response
from apps.finetuning import selectors
from apps.finetuning.errors import JobNotFound
from apps.finetuning.services import adapters, end_job, leases, report_progress, results
from apps.finetuning.services.claim_job import claim_job
from kernel.contracts import ParityCertificate, Progress, TrainFailure, TrainReport
from kernel.errors import NotFound

MAX_OBJECT_BYTES = 8 * 1024**3


class HeldJobView(RunnerView):
    """A call about a job that the runner holds."""

    def tenant_of(self, job_id: str) -> str:
        tenant_id = selectors.find_tenant_of_job(job_id)
        if tenant_id is None:
            raise JobNotFound(f"Could not find fine tune: {job_id}")
        return tenant_id


class ClaimView(RunnerView):
    """POST /internal/runner/claim: 200 with a Lease, or 204."""

    def post(self, request: Request) -> HttpResponseBase:
        lease = claim_job(self.field("runner", str))
        return Response(status=204) if lease is None else contract_response(lease)


class HeartbeatView(HeldJobView):
    """POST .../heartbeat: renews the lease."""

    def post(self, request: Request, job_id: str) -> HttpResponse:
        return contract_response(
            leases.heartbeat(self.tenant_of(job_id), job_id, fencing_token=self.field("fencing_token", int))
        )


class ProgressView(HeldJobView):
    """POST .../progress: optimizer steps."""

    def post(self, request: Request, job_id: str) -> HttpResponse:
        return contract_response(
            report_progress.report_progress(
                self.tenant_of(job_id),
                job_id,
                fencing_token=self.field("fencing_token", int),
                progress=self.field("progress", list[Progress]),
            )
        )


class AdaptersView(HeldJobView):
    """POST .../adapters: ids and upload links for the adapter of a step."""

    def post(self, request: Request, job_id: str) -> HttpResponse:
        return contract_response(
            adapters.place_adapter(
                self.tenant_of(job_id),
                job_id,
                fencing_token=self.field("fencing_token", int),
                step=self.field("step", int),
            )
        )


class ResumeLinkView(HeldJobView):
    """POST .../resume_link: where the tar of a checkpoint goes."""

    def post(self, request: Request, job_id: str) -> Response:
        url = adapters.resume_link(
            self.tenant_of(job_id),
            job_id,
            fencing_token=self.field("fencing_token", int),
            step=self.field("step", int),
        )
        return Response({"url": url})


class ResultLinksView(HeldJobView):
    """POST .../result_links: where files for the customer go."""

    def post(self, request: Request, job_id: str) -> Response:
        urls = results.result_links(
            self.tenant_of(job_id),
            job_id,
            fencing_token=self.field("fencing_token", int),
            names=self.field("names", list[str]),
        )
        return Response({"urls": urls})


class CheckpointsView(HeldJobView):
    """POST .../checkpoints: a checkpoint is complete."""

    def post(self, request: Request, job_id: str) -> HttpResponse:
        return contract_response(
            report_progress.add_checkpoint(
                self.tenant_of(job_id),
                job_id,
                fencing_token=self.field("fencing_token", int),
                progress=self.field("progress", Progress),
                adapter_name=self.field("adapter", str),
            )
        )


class SucceededView(HeldJobView):
    """POST .../succeeded: publish."""

    def post(self, request: Request, job_id: str) -> Response:
        end_job.succeed_job(
            self.tenant_of(job_id),
            job_id,
            fencing_token=self.field("fencing_token", int),
            report=self.field("report", TrainReport),
            adapter_name=self.field("adapter", str),
            parity=self.field("parity", ParityCertificate),
        )
        return Response({})


class FailedView(HeldJobView):
    """POST .../failed."""

    def post(self, request: Request, job_id: str) -> Response:
        end_job.fail_job(
            self.tenant_of(job_id),
            job_id,
            fencing_token=self.field("fencing_token", int),
            failure=self.field("failure", TrainFailure),
        )
        return Response({})


class CancelledView(HeldJobView):
    """POST .../cancelled: the recipe has stopped."""

    def post(self, request: Request, job_id: str) -> Response:
        end_job.confirm_cancelled(
            self.tenant_of(job_id),
            job_id,
            fencing_token=self.field("fencing_token", int),
            trained_tokens=self.field("trained_tokens", int),
        )
        return Response({})


@csrf_exempt
def object_view(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET, PUT /internal/objects/{signed link}: one object's bytes, streamed."""
    try:
        key = key_of_link(token, request.method or "")
        if request.method == "PUT":
            store.save(key, received(request), max_bytes=MAX_OBJECT_BYTES)
            return HttpResponse(status=204)
        return FileResponse(store.open(key), content_type="application/octet-stream")
    except (NotFound, FileNotFoundError):
        return JsonResponse(NotFound("No such object.").body(), status=404)
